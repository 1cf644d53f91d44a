#pragma once

#include <string>
#include <vector>

#include "base/clock.h"

namespace voyages::email {

/// Which kind of mail it is. Somebody who wants no more of one still gets the other.
enum class Stream {
  transactional,  // the answer to something that its reader did: a link, a notice about the account
  bulk,           // everything else: it can be unsubscribed from
};

inline constexpr Stream all_streams[] = {Stream::transactional, Stream::bulk};

/// A person or a service with an address. UTF-8, unchecked lines: whoever writes it out keeps it from adding lines.
struct Mailbox {
  std::string name{};  // shown before the address; may be empty
  std::string address{};
};

/// A file that comes with a mail.
struct Attachment {
  std::string filename;
  std::string content_type;  // `application/pdf`
  std::string bytes;
};

/// What a template makes of its parameters. Both bodies say the same; lines end with `\n`.
struct Content {
  std::string subject{};
  std::string text{};
  std::string html{};
};

/// A mail, ready to be written out (RFC 5322).
struct Message {
  std::string template_name{};  // for who sorts or counts; not part of what is sent
  std::string message_id{};     // without angle brackets: `019ab1c2-…@example.com`; made when the mail was queued
  Time date{};
  Mailbox from{};
  Mailbox reply_to{};  // without an address: none
  Mailbox to{};
  Content content{};
  std::string unsubscribe_url{};  // bulk mail's (RFC 8058); empty: none
  std::vector<Attachment> attachments{};
};

}  // namespace voyages::email
