#pragma once

#include "base/clock.h"
#include "email/emails.h"
#include "email/feedback.h"

namespace voyages::email {

/// Takes to heart what a mail service tells of a mail: a line in the mail's timeline, and
/// - after a hard bounce the address gets no more mail at all; after the fifth soft bounce within a month neither;
/// - after a complaint it gets no more of the stream that the mail belonged to, and no bulk mail;
/// - a mail that arrived although the answer to its try was lost is not tried again.
///
/// A mail that the record knows went to one address: that one is meant, whatever the feedback says of recipients. For
/// others (complaints may come after the week that a record is kept) the feedback is believed, so it must come from
/// the service itself: on Lambda IAM decides who may publish to the topic, and which topic may call us.
///
/// It may come more than once, and changes nothing more then. Throws `Unavailable` when a worker is at this mail at
/// this moment and the feedback is no delivery: it must come again.
void take_feedback(Emails& emails, const Feedback& feedback, Time now);

}  // namespace voyages::email
