#include "auth/settings.h"

#include <algorithm>
#include <iterator>
#include <thread>

#include "auth/options.h"
#include "part/setting_kinds.h"

namespace voyages::auth {

namespace {

// Browsers, and what they start, act upon these themselves: no app can own one.
constexpr std::string_view common_schemes[] = {"about",    "android-app", "blob",   "chrome", "content", "data",
                                               "file",     "filesystem",  "ftp",    "http",   "https",   "intent",
                                               "jar",      "javascript",  "mailto", "sms",    "tel",     "view-source",
                                               "vbscript", "ws",          "wss"};

}  // namespace

bool is_private_scheme(std::string_view scheme) {
  // RFC 3986 §3.1.
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto fits = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.'; };
  return !scheme.empty() && is_letter(scheme.front()) && std::ranges::all_of(scheme, fits) &&
         std::ranges::find(common_schemes, scheme) == std::end(common_schemes);
}

unsigned hashing_slots(const AuthOptions& options) {
  return options.password_slots != 0 ? options.password_slots : std::max(1U, std::thread::hardware_concurrency());
}

std::vector<part::Setting> settings() {
  using namespace std::chrono_literals;
  using crypto::Algorithm;
  using part::choice;
  using part::duration;
  using part::list;
  using part::number;
  constexpr std::chrono::seconds ten_years = 24h * 3650;
  return {
      choice<Registration>(
          "registration", &AuthOptions::registration, "open",
          {{"open", Registration::open}, {"invite", Registration::invite}, {"closed", Registration::closed}},
          "Who may make an account: anybody, those with an invitation, or nobody."),
      choice<ClientRegistration>("client_registration", &AuthOptions::client_registration, "off",
                                 {{"off", ClientRegistration::off}, {"open", ClientRegistration::open}},
                                 "Whether programs may register themselves as OAuth clients (RFC 7591), as MCP clients "
                                 "do; their users are asked for consent."),
      list("client_schemes", &AuthOptions::client_schemes, "schemes like cursor or vscode, in lower case",
           "Private-use schemes without a dot that OAuth clients without a secret may be sent back to (RFC 8252 §7.1), "
           "besides https and loopback; any program on a device may claim such a scheme.",
           is_private_scheme),
      choice<bool>("email_verification", &AuthOptions::verification_required, "optional",
                   {{"required", true}, {"optional", false}},
                   "Whether an address must be proven before its account can sign in."),
      number("sign_up_limit", &AuthOptions::sign_up_limit, 100, 0, 1000000,
             "How many accounts one network may make in an hour, how many OAuth clients and device codes, and how "
             "often it may ask for a mail of each kind; sign-ins that it begins with other providers are ten times as "
             "many, those that clients send it for fifty times; 0 is any number."),
      duration("access_token_ttl", &AuthOptions::access_token_ttl, "15m", 1s, max_access_token_ttl,
               "How long an access token is valid."),
      duration("refresh_token_ttl", &AuthOptions::refresh_token_ttl, "30d", 1s, ten_years,
               "How long a refresh token can be used after it was handed out."),
      duration("refresh_grace", &AuthOptions::refresh_grace, "10s", 0s, 5min,
               "How long a refresh token that was just used still works, so that two tabs do not sign a person out."),
      duration(
          "revocation_cache", &AuthOptions::revocation_cache, "0s", 0s, 60s,
          "How long a session that was looked up is believed without another look; an ended session's access tokens "
          "may work for as much longer. 0 looks each time."),
      duration("session_ttl", &AuthOptions::session_ttl, "90d", 1s, ten_years,
               "How long a session can be refreshed before a person must sign in again."),
      duration("reset_token_ttl", &AuthOptions::reset_token_ttl, "1h", 1s, 24h * 7,
               "How long a password-reset link works."),
      duration("verify_token_ttl", &AuthOptions::verify_token_ttl, "24h", 1s, 24h * 365,
               "How long a link that proves an e-mail address works."),
      duration("invite_token_ttl", &AuthOptions::invite_token_ttl, "7d", 1s, 24h * 365,
               "How long an invitation works."),
      choice<Algorithm>(
          "signing_algorithm", &AuthOptions::signing_algorithm, "EdDSA",
          {{"EdDSA", Algorithm::EdDSA}, {"ES256", Algorithm::ES256}, {"RS256", Algorithm::RS256}},
          "What new signing keys sign with; keys that exist stay what they are until `voyages keys rotate`."),
      number("password_memory", &AuthOptions::password_memory_kib, 19456, 8192, 262144,
             "Argon2id's memory in KiB; stored passwords rise to it at the next login."),
      number("password_passes", &AuthOptions::password_passes, 2, 1, 16, "Argon2id's passes over that memory."),
      number("password_slots", &AuthOptions::password_slots, 0, 0, 1024,
             "How many passwords are hashed at once; 0 is one a core."),
  };
}

}  // namespace voyages::auth
