#include "email/unsubscribe.h"

#include "base/email_address.h"
#include "base/encoding.h"

namespace voyages::email {

namespace {

constexpr std::string_view unsubscribe_seal_purpose = "email.unsubscribe";

}  // namespace

std::string unsubscribe_token(const Emails& emails, std::string_view email_normalised) {
  return to_base64url(emails.master_key.seal(Secret(email_normalised), unsubscribe_seal_purpose));
}

std::string unsubscribe_url(const Emails& emails, std::string_view token) {
  return emails.options.public_url + "/unsubscribe/" + std::string(token);
}

std::string unsubscribe_page(const Emails& emails, std::string_view token) {
  return emails.options.public_url + "/unsubscribe#token=" + std::string(token);
}

Result<void> unsubscribe(Emails& emails, std::string_view token, Time now) {
  const auto sealed = from_base64url(token);
  const auto address = sealed ? emails.master_key.open(*sealed, unsubscribe_seal_purpose) : std::nullopt;
  if (!address) return fail(invalid_unsubscribe);
  emails.suppressions.add(address->expose(), Stream::bulk, SuppressionReason::unsubscribed, now);
  return {};
}

}  // namespace voyages::email
