#include <gtest/gtest.h>

#include "tests/aws/dynamodb/local/local_table.h"
#include "tests/store/table_contract.h"
#include "tests/store/table_query_contract.h"

namespace voyages::store::tests {

namespace {

class DynamodbTableFactory {
 public:
  Table& make(const Clock& clock) { return local_.emplace(clock).table; }

 private:
  std::optional<aws::dynamodb::tests::LocalTable> local_;
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Dynamodb, TableContract, DynamodbTableFactory);
INSTANTIATE_TYPED_TEST_SUITE_P(Dynamodb, TableQueryContract, DynamodbTableFactory);

}  // namespace voyages::store::tests
