#include "auth/federation/profile.h"

#include "base/json_members.h"
#include "http/types.h"

namespace voyages::auth::federation {

void read_claims(Profile& profile, const boost::json::object& claims) {
  if (const auto text = text_in(claims, "email")) {
    // What is said here of an address is said of this one, and of none that was named before.
    profile.email.reset();
    if (auto email = Email::parse(*text)) profile.email = std::move(*email);
    const auto* verified = claims.if_contains("email_verified");
    // A boolean, says §5.1; some large providers send it as text.
    profile.email_verified = profile.email && verified && (*verified == true || *verified == "true");
  }
  if (auto name = readable_name(text_or_empty(claims, "name")); !name.empty()) profile.name = std::move(name);
}

std::string readable_name(std::string_view name) {
  const auto text = http::Name<1, 100>::parse(name);
  return text ? text->text() : std::string();
}

}  // namespace voyages::auth::federation
