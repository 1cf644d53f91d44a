#include "app/contract.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "app/item_kinds.h"

namespace voyages::app {
namespace {

std::string read_document(const std::string& name) {
  std::ifstream file(VOYAGES_SOURCE_DIR "/docs/" + name, std::ios::binary);
  EXPECT_TRUE(file) << "docs/" << name << " cannot be read";
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Contract, IsTheOneThatIsCommitted) {
  // Not EXPECT_EQ, which would print both documents.
  EXPECT_TRUE(read_document("openapi.json") == contract())
      << "The routes have changed. See what that means for those who call them, and if it is meant: "
         "build/release/voyages openapi > docs/openapi.json";
}

TEST(Contract, OfTheTableIsTheOneThatIsCommitted) {
  EXPECT_EQ(read_document("table.md"), describe_items())
      << "Services keep other items than docs/table.md says. If that is meant, write there what is expected here.";
}

}  // namespace
}  // namespace voyages::app
