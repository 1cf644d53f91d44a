#include "email/worker.h"

namespace voyages::email {

void deliver(Outbox& outbox, Transport& transport, std::string_view mail_id, Time now) {
  // The queue delivers at least once; a mail that was sent is no longer queued.
  const auto mail = outbox.find_queued(mail_id);
  if (!mail) return;
  Message message{.to = {.address = mail->to}, .content = {.subject = mail->template_name}};
  for (const auto& [name, value] : mail->params) message.content.text += name + ": " + value + "\n";
  (void)transport.send(mail_id, message);
  outbox.mark_sent(mail_id, now);
}

}  // namespace voyages::email
