#include "email/capture_transport.h"

namespace voyages::email {

Answer CaptureTransport::send(std::string_view mail_id, const Message& message) {
  mails_.keep(mail_id, message);
  log_.info("mail captured, since no mail server is configured", {{"file", mails_.source_path(mail_id).native()}});
  return {.text = "captured"};
}

void CaptureTransport::forget(std::string_view email_normalised) { mails_.remove_to(email_normalised); }

}  // namespace voyages::email
