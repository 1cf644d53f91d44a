#include "bench/oauth.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "auth/oauth/clients/client.h"
#include "base/encoding.h"
#include "base/uuid.h"
#include "bench/load.h"
#include "bench/pairs.h"
#include "bench/primitives.h"
#include "bench/seed.h"
#include "crypto/token.h"
#include "store/sqlite/database.h"
#include "store/sqlite/table.h"

namespace voyages::bench {

namespace {

namespace oauth = auth::oauth;

constexpr std::string_view secret = "bench-client-secret";
// Percent-encoded, as it stands in requests.
constexpr std::string_view redirect_uri = "https%3A%2F%2Fsite.example%2Fcallback";
constexpr std::string_view verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

std::string add_client(store::Table& table, std::string_view algorithm) {
  const auto now = SystemClock().now();
  oauth::Client client{.client_id = new_uuid7(now), .client_name = "bench"};
  client.secret_hash = crypto::sha256(secret);
  client.redirect_uris = {"https://site.example/callback"};
  client.grant_types = {std::string(oauth::grant_type::authorization_code),
                        std::string(oauth::grant_type::refresh_token),
                        std::string(oauth::grant_type::client_credentials)};
  client.scopes = {"openid", "profile", "email", "offline_access", "bench"};
  client.id_token_signed_response_alg = algorithm;
  client.first_party = true;
  client.created_at = client.updated_at = now;
  const store::Write write = store::Put{to_item(client)};
  (void)table.write({&write, 1});  // without conditions it cannot be refused
  return client.client_id;
}

/// One browser that is signed in, and asks for codes.
struct Browser {
  std::string cookie;
  std::string client_id;

  [[nodiscard]] std::string authorize() const {
    return fmt::format(
        "GET /oauth/authorize?response_type=code&client_id={}&redirect_uri={}&scope=openid%20email%20offline_access"
        "&state=s&nonce=n&code_challenge={}&code_challenge_method=S256 HTTP/1.1\r\nHost: localhost\r\nCookie: "
        "{}\r\n\r\n",
        client_id, redirect_uri, to_base64url(crypto::sha256(verifier)), cookie);
  }
};

std::string credentials(const std::string& client_id) {
  return fmt::format("Authorization: Basic {}\r\n", to_base64(fmt::format("{}:{}", client_id, secret)));
}

std::string token_request(const std::string& client_id, const std::string& form) {
  return form_request("/oauth/token", form, credentials(client_id));
}

std::string redeem(const std::string& client_id, std::string_view code) {
  return token_request(client_id, fmt::format("grant_type=authorization_code&code={}&redirect_uri={}&code_verifier={}",
                                              code, redirect_uri, verifier));
}

std::string_view code_in(std::string_view head) { return between(head, "code=", "&"); }

Browser sign_in(std::uint16_t port, std::uint64_t user, const std::string& client_id) {
  const auto body = fmt::format(R"({{"email":"{}","password":"{}"}})", seeded_email(user), seeded_password);
  const auto head = call_for_head(port, post_request("/auth/session", body), 200);
  return {std::string(between(head, "Set-Cookie: ", ";")), client_id};
}

struct Tokens {
  std::string access;
  std::string refresh;
};
Tokens tokens_of(std::uint16_t port, const Browser& browser) {
  const auto head = call_for_head(port, browser.authorize(), 303);
  const auto body = call(port, redeem(browser.client_id, code_in(head)), 200);
  return {json_member(body, "access_token"), json_member(body, "refresh_token")};
}

// Asks for a code and fetches it, one after the other: two requests a flow.
Client flow_client(const Browser& browser) {
  const auto code = std::make_shared<std::string>();
  return {[browser, code] { return code->empty() ? browser.authorize() : redeem(browser.client_id, *code); },
          [code](const Answer& answer) {
            if (!code->empty()) {
              code->clear();
              return answer.status == 200;
            }
            *code = code_in(answer.head);
            return answer.status == 303 && !code->empty();
          }};
}

Client refresh_client(std::uint16_t port, const Browser& browser) {
  const auto token = std::make_shared<std::string>(tokens_of(port, browser).refresh);
  return {
      [id = browser.client_id, token] { return token_request(id, "grant_type=refresh_token&refresh_token=" + *token); },
      [token](const Answer& answer) {
        *token = json_member(answer.body, "refresh_token");
        return answer.status == 200;
      }};
}

class OAuthBench {
 public:
  OAuthBench(std::uint16_t port, Rounds rounds, std::filesystem::path raw)
      : port_(port), rounds_(rounds), raw_(std::move(raw)) {}

  void flows(const std::string& client_id, std::string_view algorithm) {
    for (const std::size_t count : {1U, 64U}) {
      // Two requests are one flow.
      const auto pair = against_live(
          count, [&] { return 0.5 * rate_of(port_, make(count, client_id, flow_client), rounds_.duration); });
      add(fmt::format("code flow, {}, {}", algorithm, named(count)), pair, "/health/live");
    }
  }

  // The ID token's signature, the access token's, and the rows of a refresh: the slower of signing and committing is
  // what the endpoint is held against.
  void refreshes(const std::string& client_id, crypto::Algorithm algorithm) {
    const auto client = [this](const Browser& browser) { return refresh_client(port_, browser); };
    for (const std::size_t count : {1U, 64U}) {
      const auto yardstick = [&] {
        // As many of each signature as the endpoint makes: one after the other, their times add up.
        const auto both = 1 / (1 / measure_signatures(algorithm) + 1 / measure_signatures(crypto::Algorithm::EdDSA));
        return std::min(both, measure_grouped_commits(raw_, count == 1 ? 1 : 32));
      };
      const auto pair = in_turn(
          rounds_.count, [&] { return rate_of(port_, make(count, client_id, client), rounds_.duration); }, yardstick);
      add(fmt::format("token endpoint, refresh, {}, {}", to_string(algorithm), named(count)), pair,
          "slower of signing, commits", count == 64 ? ">= 0.8" : "");
    }
  }

  void client_credentials(const std::string& client_id) {
    const auto request = token_request(client_id, "grant_type=client_credentials&scope=bench");
    for (const std::size_t count : {1U, 64U}) {
      const auto pair = in_turn(
          rounds_.count, [&] { return rate_of(port_, repeat(request, count), rounds_.duration); },
          [] { return measure_signatures(crypto::Algorithm::EdDSA); });
      add(fmt::format("token endpoint, client credentials, {}", named(count)), pair, "Ed25519 signatures, all cores");
    }
  }

  void userinfo(const std::string& client_id) {
    const auto token = tokens_of(port_, sign_in(port_, 0, client_id)).access;
    for (const std::size_t count : {1U, 64U}) {
      const auto pair = against_live(count, repeated(get_request("/oauth/userinfo", token), count));
      add(fmt::format("GET /oauth/userinfo, {}", named(count)), pair, "/health/live", count == 64 ? ">= 0.5" : "");
    }
  }

  void introspection(const std::string& client_id) {
    const auto token = tokens_of(port_, sign_in(port_, 0, client_id)).access;
    const auto request = form_request("/oauth/introspect", "token=" + token, credentials(client_id));
    for (const std::size_t count : {1U, 64U}) {
      const auto pair = against_live(count, repeated(request, count));
      add(fmt::format("POST /oauth/introspect, {}", named(count)), pair, "/health/live");
    }
  }

  [[nodiscard]] std::vector<Row> take_rows() { return std::move(rows_); }

 private:
  static std::string named(std::size_t count) { return count == 1 ? "1 client" : fmt::format("{} clients", count); }

  // New ones for each run: what was under way when a run ended leaves a token used and its answer unread.
  template <class F>
  std::vector<Client> make(std::size_t count, const std::string& client_id, F client) {
    std::vector<Client> clients;
    for (std::size_t i = 0; i < count; ++i) clients.push_back(client(sign_in(port_, i, client_id)));
    return clients;
  }

  std::function<double()> repeated(const std::string& request, std::size_t count) {
    return [this, request, count] { return rate_of(port_, repeat(request, count), rounds_.duration); };
  }

  Pair against_live(std::size_t count, const std::function<double()>& value) {
    return in_turn(rounds_.count, value, repeated(get_request("/health/live"), count));
  }

  void add(std::string name, Pair pair, std::string against, std::string goal = {}) {
    rows_.push_back({std::move(name), pair.value, "/s", std::move(against), pair.peer, std::move(goal)});
  }

  std::uint16_t port_;
  Rounds rounds_;
  std::filesystem::path raw_;
  std::vector<Row> rows_;
};

}  // namespace

OAuthClients seed_clients(const std::filesystem::path& data) {
  const SystemClock clock;
  store::sqlite::Database database(data, store::sqlite::Access::exclusive);
  store::sqlite::SqliteTable table(database, clock);
  return {add_client(table, "RS256"), add_client(table, "EdDSA")};
}

std::vector<Row> measure_oauth(std::uint16_t port, const OAuthClients& clients, Rounds rounds,
                               const std::filesystem::path& raw) {
  OAuthBench bench(port, rounds, raw);
  bench.flows(clients.rs256, "RS256");
  bench.flows(clients.eddsa, "EdDSA");
  bench.refreshes(clients.rs256, crypto::Algorithm::RS256);
  bench.refreshes(clients.eddsa, crypto::Algorithm::EdDSA);
  bench.client_credentials(clients.eddsa);
  bench.userinfo(clients.eddsa);
  bench.introspection(clients.eddsa);
  return bench.take_rows();
}

}  // namespace voyages::bench
