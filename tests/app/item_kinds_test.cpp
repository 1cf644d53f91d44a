#include "app/item_kinds.h"

#include <gtest/gtest.h>

namespace voyages::app {
namespace {

using store::ItemKind;

// Whether one text can begin with both, each followed by something or by nothing. An id is a UUID: lower-case digits.
bool may_be_same(std::string_view a, std::string_view a_rest, std::string_view b, std::string_view b_rest) {
  if (a.size() > b.size()) return may_be_same(b, b_rest, a, a_rest);
  if (!b.starts_with(a)) return false;
  if (a.size() == b.size()) return a_rest.empty() == b_rest.empty();
  if (a_rest.empty()) return false;
  return !(a_rest.ends_with("_id>") && b[a.size()] >= 'A' && b[a.size()] <= 'Z');
}

bool may_share_a_key(const ItemKind& a, const ItemKind& b) {
  return may_be_same(a.pk, a.pk_rest, b.pk, b.pk_rest) && may_be_same(a.sk, a.sk_rest, b.sk, b.sk_rest);
}

// `MAIL#` of `MAIL#TO#`: a service's own part of the key space.
std::string_view family(std::string_view pk) { return pk.substr(0, pk.find('#')); }

TEST(ItemKinds, ShareNoKey) {
  const auto kinds = item_kinds();
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    for (std::size_t j = i + 1; j < kinds.size(); ++j) {
      EXPECT_FALSE(may_share_a_key(kinds[i], kinds[j])) << kinds[i].what << ' ' << kinds[j].what;
    }
  }
}

TEST(ItemKinds, OfTwoServicesShareNeitherPartitionsNorLists) {
  const auto kinds = item_kinds();
  const auto of_mail = [](const ItemKind& kind) { return family(kind.pk) == "MAIL"; };
  for (const auto& one : kinds) {
    for (const auto& other : kinds) {
      if (of_mail(one) == of_mail(other)) continue;
      EXPECT_NE(family(one.pk), family(other.pk));
      EXPECT_FALSE(!one.index.empty() && other.index.starts_with(one.index)) << one.index << ' ' << other.index;
    }
  }
}

TEST(ItemKinds, AreFoundToShareAKey) {
  EXPECT_TRUE(may_share_a_key({"A#", "<id>", "X", "", "", ""}, {"A#", "<name>", "X", "", "", ""}));
  EXPECT_TRUE(may_share_a_key({"A#", "<name>", "X", "", "", ""}, {"A#B#", "<name>", "X", "", "", ""}));
  EXPECT_TRUE(may_share_a_key({"A#", "<id>", "", "<rest>", "", ""}, {"A#", "<id>", "X#", "<rest>", "", ""}));
  EXPECT_FALSE(may_share_a_key({"A#", "<user_id>", "X", "", "", ""}, {"A#B#", "<name>", "X", "", "", ""}));
  EXPECT_FALSE(may_share_a_key({"A#", "<id>", "X", "", "", ""}, {"A#", "<id>", "Y", "", "", ""}));
}

}  // namespace
}  // namespace voyages::app
