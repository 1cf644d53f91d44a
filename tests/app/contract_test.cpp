#include "app/contract.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace voyages::app {
namespace {

TEST(Contract, IsTheOneThatIsCommitted) {
  std::ifstream file(VOYAGES_SOURCE_DIR "/docs/openapi.json", std::ios::binary);
  ASSERT_TRUE(file) << "docs/openapi.json cannot be read";
  const std::string committed(std::istreambuf_iterator<char>(file), {});
  // Not EXPECT_EQ, which would print both documents.
  EXPECT_TRUE(committed == contract()) << "The routes have changed. See what that means for those who call them, and "
                                          "if it is meant: build/release/voyages openapi > docs/openapi.json";
}

}  // namespace
}  // namespace voyages::app
