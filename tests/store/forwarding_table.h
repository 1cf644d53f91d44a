#pragma once

#include "store/table.h"

namespace voyages::tests {

/// Another table, as it is: for those that do something else in one of its functions.
class ForwardingTable : public store::Table {
 public:
  explicit ForwardingTable(store::Table& table) : table_(table) {}

  std::vector<std::optional<store::Item>> get(std::span<const store::Key> keys,
                                              store::Consistency consistency) override {
    return table_.get(keys, consistency);
  }
  store::Page query(const store::Query& query) override { return table_.query(query); }
  std::expected<void, store::ConditionFailed> write(std::span<const store::Write> writes) override {
    return table_.write(writes);
  }

 protected:
  store::Table& table_;
};

}  // namespace voyages::tests
