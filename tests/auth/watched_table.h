#pragma once

#include <cstddef>
#include <functional>

#include "tests/store/forwarding_table.h"

namespace voyages::tests {

/// A table that counts what is listed, and in which something may happen before each write.
class WatchedTable final : public ForwardingTable {
 public:
  /// `before_write` is given how many writes there were before; what it throws, the write throws.
  explicit WatchedTable(store::Table& table, std::function<void(std::size_t)> before_write = {})
      : ForwardingTable(table), before_write_(std::move(before_write)) {}

  store::Page query(const store::Query& query) override {
    auto page = table_.query(query);
    listed_ += page.items.size();
    return page;
  }
  std::expected<void, store::ConditionFailed> write(std::span<const store::Write> writes) override {
    if (before_write_) before_write_(written_);
    ++written_;
    return table_.write(writes);
  }

  /// Items in all pages so far.
  [[nodiscard]] std::size_t listed() const { return listed_; }

 private:
  std::function<void(std::size_t)> before_write_;
  std::size_t listed_ = 0;
  std::size_t written_ = 0;
};

}  // namespace voyages::tests
