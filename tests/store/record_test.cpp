#include "store/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace voyages::store {

namespace {

enum class Mood { calm, cross };
constexpr std::pair<Mood, std::string_view> mood_names[] = {{Mood::calm, "CALM"}, {Mood::cross, "CROSS"}};
EnumNames<Mood> enum_names(Mood) { return mood_names; }

struct Visit {
  std::string place;
  bool operator==(const Visit&) const = default;
};
std::string to_stored_text(const Visit& visit) { return "at " + visit.place; }
void read_stored_text(std::string_view text, Visit& visit) { visit.place = text.substr(3); }

struct Cat {
  std::string id{};  // not described: it is the key
  std::string name{};
  std::int64_t lives = 9;
  bool asleep = false;
  Time born_at{};
  std::optional<Time> fed_at{};
  std::optional<std::string> owner{};
  std::vector<std::string> toys{};
  std::vector<Visit> visits{};
  Mood mood = Mood::calm;
  Bytes photo{};
  std::string hash{};
  std::vector<std::string> litters{};
  bool shy = false;

  bool operator==(const Cat&) const = default;
};
BOOST_DESCRIBE_STRUCT(Cat, (),
                      (name, lives, asleep, born_at, fed_at, owner, toys, visits, mood, photo, hash, litters, shy))

}  // namespace

template <>
inline constexpr auto stored<Cat> =
    std::to_array<Stored>({{.member = "hash", .attribute = "chip", .as_bytes = true, .unless_empty = true},
                           {.member = "litters", .unless_empty = true},
                           {.member = "shy", .unless_empty = true}});

namespace {

using Texts = std::vector<std::string>;

TEST(StoredRecord, HasAnAttributeForEachMember) {
  const Cat tom{.name = "Tom",
                .lives = 7,
                .asleep = true,
                .born_at = from_ms(1'700'000'000'123),
                .fed_at = from_ms(5),
                .owner = "Ada",
                .toys = {"ball", ""},
                .visits = {{"home"}, {"roof"}},
                .mood = Mood::cross,
                .photo = {"\xff"},
                .hash = std::string("\0\x01", 2),
                .litters = {"first"},
                .shy = true};
  const Attributes attributes{{"name", "Tom"},
                              {"lives", 7},
                              {"asleep", true},
                              {"born_at", std::int64_t{1'700'000'000'123}},
                              {"fed_at", 5},
                              {"owner", "Ada"},
                              {"toys", Texts{"ball", ""}},
                              {"visits", Texts{"at home", "at roof"}},
                              {"mood", "CROSS"},
                              {"photo", Bytes{"\xff"}},
                              {"chip", Bytes{std::string("\0\x01", 2)}},
                              {"litters", Texts{"first"}},
                              {"shy", true}};
  EXPECT_EQ(to_attributes(tom), attributes);
  EXPECT_EQ(from_item<Cat>({{"P", "S"}, attributes}), tom);
}

TEST(StoredRecord, LeavesOutWhatIsAbsentAndWhatItIsToldTo) {
  const auto attributes = to_attributes(Cat{});
  EXPECT_EQ(attributes.size(), 8U);
  for (const auto* absent : {"fed_at", "owner", "chip", "hash", "litters", "shy"}) {
    EXPECT_FALSE(attributes.contains(absent)) << absent;
  }
  EXPECT_EQ(attributes.at("name"), Value(""));
  EXPECT_EQ(attributes.at("photo"), Value(Bytes{}));
}

TEST(StoredRecord, ReadsWhatIsAbsentOrOfAnotherTypeAsEmpty) {
  const auto cat = from_item<Cat>({{"P", "S"}, {{"mood", "CALM"}, {"name", 5}, {"toys", "ball"}, {"foreign", true}}});
  Cat empty{};
  empty.lives = 0;
  EXPECT_EQ(cat, empty);
}

TEST(StoredRecord, RefusesANameThatNoValueHas) {
  EXPECT_THROW(from_item<Cat>({{"P", "S"}, {{"mood", "PLAYFUL"}}}), std::runtime_error);
}

TEST(StoredRecord, NamesItsAttributes) {
  const auto names = attribute_names<Cat>();
  EXPECT_EQ(names.size(), 13U);
  EXPECT_THAT(names, testing::Contains("chip"));
  EXPECT_THAT(names, testing::Not(testing::Contains("hash")));
}

}  // namespace
}  // namespace voyages::store
