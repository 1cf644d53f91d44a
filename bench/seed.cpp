#include "bench/seed.h"

#include <fmt/format.h>

#include <vector>

#include "app/master_key.h"
#include "auth/federation/provider.h"
#include "auth/user.h"
#include "base/uuid.h"
#include "crypto/passwords.h"
#include "store/sqlite/database.h"
#include "store/sqlite/table.h"

namespace voyages::bench {

std::string seeded_email(std::uint64_t number) { return fmt::format("user{}@example.com", number); }

void seed(const std::filesystem::path& data, std::uint64_t count) {
  constexpr std::uint64_t users_a_write = 50;
  const SystemClock clock;
  store::sqlite::Database database(data, store::sqlite::Access::exclusive);
  store::sqlite::SqliteTable table(database, clock);
  crypto::PasswordHasher passwords({}, 1);
  const auto hash = passwords.hash(Secret(std::string_view(seeded_password)));
  std::vector<store::Write> writes;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto now = clock.now();
    const auto email = seeded_email(i);
    const auth::User user{.id = new_uuid7(now),
                          .email = email,
                          .email_normalised = email,
                          .password_hash = hash,
                          .email_verified_at = now,
                          .created_at = now,
                          .updated_at = now};
    writes.emplace_back(store::Put{auth::to_item(user)});
    writes.emplace_back(store::Put{auth::email_item(user)});
    if (writes.size() == 2 * users_a_write || i + 1 == count) {
      (void)table.write(writes);  // without conditions it cannot be refused
      writes.clear();
    }
    if (i % 50'000 == 0) fmt::print(stderr, "\r  {} of {} users", i, count);
  }
  fmt::print(stderr, "\r  {} users seeded        \n", count);
}

void seed_provider(const std::filesystem::path& data, const std::string& issuer) {
  app::Config config;
  config.data = data;
  const auto master_key = app::load_master_key(config);
  const SystemClock clock;
  store::sqlite::Database database(data, store::sqlite::Access::exclusive);
  store::sqlite::SqliteTable table(database, clock);
  auth::federation::add_provider(
      table, master_key,
      {.id = "acme", .name = "Acme", .issuer = issuer, .client_id = "bench", .created_at = clock.now()},
      Secret(std::string_view("bench-client-secret")));
}

}  // namespace voyages::bench
