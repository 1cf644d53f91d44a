#pragma once

#include <string>

#include "aws/dynamodb/operations.h"
#include "base/clock.h"
#include "store/table.h"

namespace voyages::aws::dynamodb {

/// `Table` on DynamoDB. `schema.h` makes the table and looks whether one is as it must be.
class DynamodbTable final : public store::Table {
 public:
  DynamodbTable(Client& client, std::string table_name, const Clock& clock, Metrics& metrics)
      : operations_(client, std::move(table_name), metrics), clock_(clock) {}

  std::vector<std::optional<store::Item>> get(std::span<const store::Key> keys,
                                              store::Consistency consistency) override;
  store::Page query(const store::Query& query) override;
  std::expected<void, store::ConditionFailed> write(std::span<const store::Write> writes) override;

 private:
  Operations operations_;
  const Clock& clock_;
};

}  // namespace voyages::aws::dynamodb
