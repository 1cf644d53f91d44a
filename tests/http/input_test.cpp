#include "http/input.h"

#include <gmock/gmock.h>

#include "http/endpoint.h"

namespace voyages::tests {

// Described structs must have linkage.
struct ItemInput {
  http::Text<1, 10> name;
  std::optional<http::Integer<1, 9>> count;
};
BOOST_DESCRIBE_STRUCT(ItemInput, (), (name, count))

struct OrderInput {
  http::Text<1, 20> customer;
  std::vector<ItemInput> items;
  std::optional<bool> express;
  std::optional<Time> due;
};
BOOST_DESCRIBE_STRUCT(OrderInput, (), (customer, items, express, due))

struct SearchInput {
  http::Uuid id;
  std::optional<http::Integer<1, 100>> limit;
  std::optional<bool> open;
  std::optional<std::string> text;
};
BOOST_DESCRIBE_STRUCT(SearchInput, (), (id, limit, open, text))

namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

std::vector<std::string> faults(const Error& error) {
  std::vector<std::string> list;
  for (const auto& field : error.fields) list.push_back(field.field + ':' + field.code);
  return list;
}

Result<OrderInput> read_order(std::string body, std::string content_type = "application/json") {
  http::Route route;
  route.method = http::Method::post;
  http::Request request{.method = http::Method::post, .target = "/orders", .body = std::move(body)};
  if (!content_type.empty()) request.headers.add("Content-Type", std::move(content_type));
  return http::read_input<OrderInput>(route, request, {});
}

Result<SearchInput> read_search(std::string query, std::string id = "019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071") {
  http::Route route;
  const http::Request request{.target = "/orders/x?" + query};
  return http::read_input<SearchInput>(route, request, {{"id", std::move(id)}});
}

TEST(Input, ReadsABody) {
  const auto order =
      read_order(R"({"customer":"Ada","items":[{"name":"tea","count":2},{"name":"cup","count":null}],"express":true,)"
                 R"("due":"2026-01-31T12:00:00+01:00"})",
                 "Application/JSON; charset=utf-8");
  ASSERT_TRUE(order);
  EXPECT_EQ(order->customer.text(), "Ada");
  ASSERT_EQ(order->items.size(), 2U);
  EXPECT_EQ(order->items[0].count->value, 2);
  EXPECT_FALSE(order->items[1].count);
  EXPECT_EQ(to_rfc3339(*order->due), "2026-01-31T11:00:00.000Z");
}

TEST(Input, ReportsEveryFaultWithItsPath) {
  const auto order = read_order(
      R"({"items":[{"name":"tea"},{"name":7},{"name":"","count":10,"extra":1},"tea",{"name":"far too long a name"}],)"
      R"("express":"yes","due":"tomorrow","colour":"red"})");
  ASSERT_FALSE(order);
  EXPECT_EQ(order.error().code, "invalid_input");
  EXPECT_THAT(
      faults(order.error()),
      UnorderedElementsAre("customer:required", "items[1].name:wrong_type", "items[2].name:empty",
                           "items[2].count:out_of_range", "items[2].extra:unknown_field", "items[3]:wrong_type",
                           "items[4].name:too_long", "express:wrong_type", "due:invalid_time", "colour:unknown_field"));
}

TEST(Input, RefusesNumbersThatAreNotWholeOrNotInRange) {
  struct Case {
    std::string number;
    std::string fault;
  };
  const Case cases[] = {
      {"1.5", "wrong_type"},     {"\"1\"", "wrong_type"},    {"true", "wrong_type"},
      {"0", "out_of_range"},     {"-1", "out_of_range"},     {"18446744073709551615", "out_of_range"},
      {"1e300", "out_of_range"}, {"-1e300", "out_of_range"}, {"99999999999999999999999", "out_of_range"},
  };
  for (const auto& [number, fault] : cases) {
    const auto order = read_order(R"({"customer":"Ada","items":[{"name":"tea","count":)" + number + "}]}");
    ASSERT_FALSE(order) << number;
    EXPECT_THAT(faults(order.error()), ElementsAre("items[0].count:" + fault)) << number;
  }
  EXPECT_TRUE(read_order(R"({"customer":"Ada","items":[{"name":"tea","count":2.0}]})"));
}

TEST(Input, RefusesBodiesThatAreNoSingleObject) {
  struct Case {
    std::string body;
    std::string_view code;
  };
  const Case cases[] = {
      {"", "body_required"},
      {"[]", "body_required"},
      {"null", "body_required"},
      {"{", "malformed_json"},
      {"{} {}", "malformed_json"},
      {"{'customer':1}", "malformed_json"},
      {"{\"customer\":\"\xff\"}", "malformed_json"},
      {"{\"customer\":1e999}", "malformed_json"},
      {R"({"customer":)" + std::string(40, '[') + std::string(40, ']') + "}", "malformed_json"},
      {R"({"customer":"Ada","customer":"Bob"})", "duplicate_field"},
      {R"({"customer":"Ada","custome\u0072":"Bob"})", "duplicate_field"},
  };
  for (const auto& [body, code] : cases) {
    const auto order = read_order(body);
    ASSERT_FALSE(order) << body;
    EXPECT_EQ(order.error().code, code) << body;
    EXPECT_EQ(http::input_status(order.error().code), 400);
  }
}

TEST(Input, AsksForJson) {
  const std::string body = R"({"customer":"Ada","items":[]})";
  EXPECT_TRUE(read_order(body, "application/merge-patch+json"));
  for (const auto* type : {"", "text/plain", "application/x-www-form-urlencoded", "application/jsonx", "text/json"}) {
    const auto order = read_order(body, type);
    ASSERT_FALSE(order) << type;
    EXPECT_EQ(http::input_status(order.error().code), 415) << type;
  }
}

TEST(Input, BoundsListsAndStrings) {
  std::string items;
  for (int i = 0; i < 1001; ++i) items += R"(,{"name":"tea"})";
  const auto long_list = read_order(R"({"customer":"Ada","items":[)" + items.substr(1) + "]}");
  ASSERT_FALSE(long_list);
  EXPECT_THAT(faults(long_list.error()), ElementsAre("items:too_long"));
  const auto long_text = read_order(R"({"customer":")" + std::string(70'000, 'x') + R"(","items":[]})");
  ASSERT_FALSE(long_text);
  EXPECT_THAT(faults(long_text.error()), ElementsAre("customer:too_long"));
}

TEST(Input, ShowsLittleOfANameThatTheCallerMadeUp) {
  const auto order = read_order(R"({"customer":"Ada","items":[],")" + std::string(5000, 'x') + R"(":1})");
  ASSERT_FALSE(order);
  EXPECT_THAT(faults(order.error()), ElementsAre(std::string(64, 'x') + ":unknown_field"));
}

TEST(Input, ReadsPathAndQuery) {
  const auto search = read_search("limit=7&open=false&text=a+b%26c");
  ASSERT_TRUE(search);
  EXPECT_EQ(search->limit->value, 7);
  EXPECT_EQ(search->open, false);
  EXPECT_EQ(search->text, "a b&c");
  EXPECT_TRUE(read_search(""));
}

TEST(Input, ReportsEveryFaultOfPathAndQuery) {
  const auto search = read_search("limit=0&open=maybe&colour=red&text=a&text=b", "7");
  ASSERT_FALSE(search);
  EXPECT_THAT(faults(search.error()), UnorderedElementsAre("id:invalid_id", "limit:out_of_range", "open:wrong_type",
                                                           "colour:unknown_field", "text:duplicate_field"));
  EXPECT_THAT(faults(read_search("id=019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071").error()), ElementsAre("id:unknown_field"));
  EXPECT_THAT(faults(read_search("limit=99999999999999999999").error()), ElementsAre("limit:out_of_range"));
  EXPECT_EQ(read_search("text=%zz").error().code, "malformed_query");
}

}  // namespace
}  // namespace voyages::tests
