#include "bench/primitives.h"

#include <sodium.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "auth/access_token.h"
#include "auth/session.h"
#include "auth/signing_keys.h"
#include "base/uuid.h"
#include "crypto/passwords.h"
#include "crypto/token.h"
#include "store/sqlite/database.h"
#include "store/sqlite/items.h"
#include "store/sqlite/table.h"

namespace voyages::bench {

namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds duration{1500};

template <class F>
double rate(F work) {
  std::uint64_t count = 0;
  const auto started = SteadyClock::now();
  auto elapsed = SteadyClock::duration();
  for (; elapsed < duration; elapsed = SteadyClock::now() - started) {
    work();
    ++count;
  }
  return static_cast<double>(count) / std::chrono::duration<double>(elapsed).count();
}

// How often a second all cores together do it; what answers false does not count.
template <class F>
double rate_on_all_cores(F work) {
  std::atomic<std::uint64_t> count = 0;
  const auto threads = std::max(1U, std::thread::hardware_concurrency());
  const auto started = SteadyClock::now();
  {
    std::vector<std::jthread> workers;
    for (unsigned i = 0; i < threads; ++i) {
      workers.emplace_back([&] {
        while (SteadyClock::now() - started < 2 * duration) {
          if (work()) ++count;
        }
      });
    }
  }
  return static_cast<double>(count) / std::chrono::duration<double>(SteadyClock::now() - started).count();
}

}  // namespace

VerifyRates measure_verification(const std::filesystem::path& data) {
  std::filesystem::remove_all(data);  // its keys are sealed under a master key that is gone
  const SystemClock clock;
  store::sqlite::Database database(data, store::sqlite::Access::exclusive);
  store::sqlite::SqliteTable table(database, clock);
  const auto master_key = crypto::MasterKey::generate();
  const auth::SigningKeys keys(table, master_key, crypto::Algorithm::EdDSA, clock.now());
  auth::AccessTokens uncached(keys, {.issuer = "http://localhost:8080", .cache_slots = 0});
  auth::AccessTokens cached(keys, {.issuer = "http://localhost:8080"});
  http::Principal principal{.user_id = new_uuid7(clock.now()), .session_id = new_uuid7(clock.now())};
  const auto token = uncached.issue(principal, clock.now());
  const auto jws = crypto::parse_jws(token.expose()).value();
  const auto key = keys.current(clock.now());

  unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
  unsigned char secret_key[crypto_sign_SECRETKEYBYTES];
  unsigned char signature[crypto_sign_BYTES];
  crypto_sign_keypair(public_key, secret_key);
  const auto* message = reinterpret_cast<const unsigned char*>(jws.signing_input.data());
  crypto_sign_detached(signature, nullptr, message, jws.signing_input.size(), secret_key);
  bool valid = true;
  const auto verify_raw = [&] {
    valid = valid && crypto_sign_verify_detached(signature, message, jws.signing_input.size(), public_key) == 0;
  };
  return {rate(verify_raw), rate([&] { (void)uncached.check(token.expose(), clock.now()); }),
          rate([&] { (void)cached.check(token.expose(), clock.now()); })};
}

double measure_password_hashes() {
  constexpr std::string_view password = "correct horse battery staple";
  const auto phc = crypto::PasswordHasher({}, 1).hash(Secret(password));
  return rate_on_all_cores(
      [&] { return crypto_pwhash_str_verify(phc.c_str(), password.data(), password.size()) == 0; });
}

double measure_signatures(crypto::Algorithm algorithm) {
  const auto key = crypto::Jwk::generate(algorithm);
  const std::string claims(400, 'x');  // what an ID token's claims take
  return rate_on_all_cores([&] { return !key.sign(claims).empty(); });
}

double measure_grouped_commits(const std::filesystem::path& data, int group) {
  const SystemClock clock;
  {
    const store::sqlite::Database create(data, store::sqlite::Access::exclusive);
  }
  store::sqlite::Connection connection(data / "voyages.db", store::sqlite::Connection::Mode::read_write);
  const auth::AuthOptions options;
  const auth::SessionClaims claims{.user_id = new_uuid7(clock.now()),
                                   .session_id = new_uuid7(clock.now()),
                                   .email = "user1@example.com",
                                   .roles = {},
                                   .session_ends_at = clock.now() + std::chrono::hours(2160)};
  const auto put = [&](const store::Write& write) {
    store::sqlite::apply(connection, *store::sqlite::plan(connection, write, 0));
  };
  return group * rate([&] {
           connection.statement("BEGIN IMMEDIATE").run();
           for (int i = 0; i < group; ++i) {
             const auto now = clock.now();
             auto old = auth::refresh_item(options, crypto::new_token(now), claims, now);
             put(store::Put{old});
             old.attributes["used_at"] = std::int64_t{1};
             put(store::Put{auth::refresh_item(options, crypto::new_token(now), claims, now)});
           }
           connection.statement("COMMIT").run();
         });
}

}  // namespace voyages::bench
