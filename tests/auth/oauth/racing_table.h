#pragma once

#include <functional>
#include <utility>

#include "auth/auth.h"
#include "tests/store/forwarding_table.h"

namespace voyages::tests {

/// A table in which something else happens between what is read and the first write.
class RacingTable final : public ForwardingTable {
 public:
  RacingTable(store::Table& table, std::function<void()> meanwhile)
      : ForwardingTable(table), meanwhile_(std::move(meanwhile)) {}

  std::expected<void, store::ConditionFailed> write(std::span<const store::Write> writes) override {
    if (const auto happens = std::exchange(meanwhile_, nullptr)) happens();
    return table_.write(writes);
  }

 private:
  std::function<void()> meanwhile_;
};

/// The same accounts over another table.
inline auth::Auth over(store::Table& table, const auth::Auth& real) {
  return {table,           real.queue,    real.outbox, real.passwords, real.keys, real.access_tokens,
          real.master_key, real.outgoing, real.log,    real.options};
}

}  // namespace voyages::tests
