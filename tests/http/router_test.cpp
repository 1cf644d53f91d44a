#include "http/router.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace voyages::tests {
namespace {

using http::Method;
using http::Router;

http::Route route(Method method, std::string path, std::string operation_id) {
  http::Route made;
  made.method = method;
  made.path = std::move(path);
  made.operation_id = std::move(operation_id);
  return made;
}

class RouterTest : public testing::Test {
 protected:
  RouterTest() {
    router_.add(route(Method::get, "/users", "list"));
    router_.add(route(Method::post, "/users", "create"));
    router_.add(route(Method::get, "/users/{id}", "get"));
    router_.add(route(Method::del, "/users/{id}", "remove"));
    router_.add(route(Method::post, "/users/{id}/tags/{tag}", "tag"));
    router_.add(route(Method::get, "/users/me", "me"));
  }
  // The operation found, the `Allow` of a wrong method, or nothing.
  std::string find(Method method, std::string_view path) {
    const auto found = router_.find(method, path);
    if (const auto* match = std::get_if<Router::Match>(&found)) return match->route->operation_id;
    if (const auto* wrong = std::get_if<Router::WrongMethod>(&found)) return wrong->allow;
    return "";
  }
  std::string parameter(std::string_view path, std::string_view name) {
    const auto found = router_.find(Method::get, path);
    const auto* match = std::get_if<Router::Match>(&found);
    if (!match) return "none";
    for (const auto& [key, value] : match->parameters) {
      if (key == name) return value;
    }
    return "absent";
  }

  Router router_;
};

TEST_F(RouterTest, FindsPathsAndTemplates) {
  EXPECT_EQ(find(Method::get, "/users"), "list");
  EXPECT_EQ(find(Method::post, "/users"), "create");
  EXPECT_EQ(find(Method::get, "/users/7"), "get");
  EXPECT_EQ(find(Method::get, "/users/me"), "me");
  EXPECT_EQ(find(Method::post, "/users/7/tags/blue"), "tag");
  EXPECT_EQ(find(Method::head, "/users"), "list");
  EXPECT_EQ(find(Method::head, "/users/7"), "get");
}

TEST_F(RouterTest, FindsNoGetThatHasEffectsForAHead) {
  router_.add(route(Method::get, "/acts", "act")).no_head();
  router_.add(route(Method::post, "/acts", "act_by_form"));
  EXPECT_EQ(find(Method::get, "/acts"), "act");
  EXPECT_EQ(find(Method::head, "/acts"), "GET, POST, OPTIONS");
}

TEST_F(RouterTest, FindsNothingElse) {
  for (const auto* path : {"", "/", "users", "/users/", "/Users", "/users//tags/x", "/users/7/", "/users/7/tags",
                           "//users", "/users/7/tags/x/y", "/%75sers"}) {
    EXPECT_EQ(find(Method::get, path), "") << path;
  }
}

TEST_F(RouterTest, SaysWhichMethodsAPathHas) {
  EXPECT_EQ(find(Method::del, "/users"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(find(Method::put, "/users/7"), "GET, HEAD, DELETE, OPTIONS");
  EXPECT_EQ(find(Method::head, "/users/7/tags/x"), "POST, OPTIONS");
}

TEST_F(RouterTest, DecodesParametersAfterSplitting) {
  EXPECT_EQ(parameter("/users/a%20b", "id"), "a b");
  EXPECT_EQ(parameter("/users/a%2Fb", "id"), "a/b");
  EXPECT_EQ(parameter("/users/a+b", "id"), "a+b");
  EXPECT_EQ(parameter("/users/%C3%A9", "id"), "\u00e9");
  for (const auto* path : {"/users/%", "/users/%4", "/users/%zz", "/users/%00", "/users/%FF", "/users/%C3"}) {
    EXPECT_EQ(parameter(path, "id"), "none") << path;
  }
}

TEST_F(RouterTest, RefusesTwoRoutesThatNobodyCouldTellApart) {
  EXPECT_THROW(router_.add(route(Method::get, "/users", "other")), std::logic_error);
  EXPECT_THROW(router_.add(route(Method::get, "/other", "list")), std::logic_error);
  EXPECT_THROW(router_.add(route(Method::get, "/users/{name}", "by_name")), std::logic_error);
  EXPECT_NO_THROW(router_.add(route(Method::put, "/users/{id}", "replace")));
}

TEST(ParseQuery, DecodesPairsInTheirOrder) {
  const auto pairs = http::parse_query("a=1&b=x+y%21&&c&=d&a=2").value();
  const std::vector<std::pair<std::string, std::string>> expected{
      {"a", "1"}, {"b", "x y!"}, {"c", ""}, {"", "d"}, {"a", "2"}};
  EXPECT_EQ(pairs, expected);
  EXPECT_TRUE(http::parse_query("").value().empty());
}

TEST(ParseQuery, RefusesWhatIsBrokenOrTooMuch) {
  for (const auto* query : {"a=%", "a=%4", "%zz=1", "a=%00", "a=%FF"}) EXPECT_FALSE(http::parse_query(query)) << query;
  std::string many;
  for (int i = 0; i < 100; ++i) many += "a=1&";
  EXPECT_TRUE(http::parse_query(many));
  EXPECT_FALSE(http::parse_query(many + "a=1"));
}

}  // namespace
}  // namespace voyages::tests
