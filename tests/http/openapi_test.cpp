#include "http/openapi.h"

#include <algorithm>
#include <set>

#include "base/encoding.h"
#include "runtime/server/rejection.h"
#include "tests/auth/scenario.h"

namespace voyages::tests {
namespace {

namespace json = boost::json;

class OpenApiTest : public testing::Test {
 protected:
  // Calls `visit(path, method, operation)` for every operation.
  template <class Visit>
  void each_operation(Visit visit) {
    for (const auto& path : document_.at("paths").as_object()) {
      for (const auto& operation : path.value().as_object()) {
        visit(std::string(path.key()), std::string(operation.key()), operation.value().as_object());
      }
    }
  }
  // Every `$ref` below a value.
  static void collect_references(const json::value& value, std::set<std::string>& found) {
    if (const auto* object = value.if_object()) {
      for (const auto& member : *object) {
        if (member.key() == "$ref") found.emplace(member.value().as_string());
        collect_references(member.value(), found);
      }
    } else if (const auto* array = value.if_array()) {
      for (const auto& element : *array) collect_references(element, found);
    }
  }

  // The response to a status, wherever it stands; null where the operation does not list it.
  const json::object* find_response(const json::object& operation, int status) {
    const auto* response = operation.at("responses").as_object().if_contains(std::to_string(status));
    if (!response) return nullptr;
    const auto* reference = response->as_object().if_contains("$ref");
    if (!reference) return &response->as_object();
    const std::string name(reference->as_string().subview(std::string_view("#/components/responses/").size()));
    return &document_.at("components").at("responses").at(name).as_object();
  }
  bool lists(const json::object& operation, int status, std::string_view code) {
    const auto* response = find_response(operation, status);
    return response && response->at("content").at("application/problem+json").at("examples").as_object().contains(code);
  }
  const json::object& operation_at(std::string_view path, std::string_view method) {
    return document_.at("paths").at(path).at(method).as_object();
  }

  Scenario scenario_;
  json::value document_ = http::openapi(scenario_.app().router(), "1.2.3");
};

TEST_F(OpenApiTest, HasTheFormOfOpenApi31) {
  EXPECT_EQ(document_.at("openapi"), "3.1.0");
  EXPECT_EQ(document_.at("info").at("version"), "1.2.3");
  std::set<std::string> operation_ids;
  each_operation([&](const std::string& path, const std::string& method, const json::object& operation) {
    EXPECT_TRUE(operation_ids.emplace(operation.at("operationId").as_string()).second) << path;
    EXPECT_FALSE(operation.at("summary").as_string().empty()) << method << ' ' << path;
    EXPECT_FALSE(operation.at("tags").as_array().empty()) << path;
    const auto& responses = operation.at("responses").as_object();
    // A redirection is what the endpoints for browsers answer when all is well.
    const auto is_success = [](const auto& one) { return one.key().starts_with('2') || one.key().starts_with('3'); };
    EXPECT_TRUE(std::ranges::any_of(responses, is_success)) << path;
    for (const auto& response : responses) {
      const auto* found = find_response(operation, std::stoi(std::string(response.key())));
      EXPECT_FALSE(found->at("description").as_string().empty()) << path;
    }
  });
  EXPECT_GT(operation_ids.size(), 15U);
}

TEST_F(OpenApiTest, RefersToWhatIsThere) {
  std::set<std::string> references;
  collect_references(document_, references);
  EXPECT_FALSE(references.empty());
  for (const std::string& reference : references) {
    ASSERT_TRUE(reference.starts_with("#/components/")) << reference;
    boost::system::error_code error;
    EXPECT_NE(document_.find_pointer(std::string_view(reference).substr(1), error), nullptr) << reference;
  }
}

TEST_F(OpenApiTest, DescribesEveryPathParameter) {
  each_operation([&](const std::string& path, const std::string& method, const json::object& operation) {
    std::set<std::string> described;
    if (const auto* parameters = operation.if_contains("parameters")) {
      for (const auto& parameter : parameters->as_array()) {
        if (parameter.at("in") != "path") continue;
        described.emplace(parameter.at("name").as_string());
        EXPECT_TRUE(parameter.at("required").as_bool());
      }
    }
    std::set<std::string> named;
    for (auto open = path.find('{'); open != std::string::npos; open = path.find('{', open + 1)) {
      named.insert(path.substr(open + 1, path.find('}', open) - open - 1));
    }
    EXPECT_EQ(described, named) << method << ' ' << path;
  });
}

TEST_F(OpenApiTest, ListsEveryErrorOfEveryRoute) {
  for (const auto& route : scenario_.app().router().routes()) {
    if (route.is_hidden()) continue;
    const auto method = to_lower_ascii(http::to_string(route.method));
    const auto& operation = operation_at(route.path, method);
    for (const auto& failure : route.failures()) {
      EXPECT_TRUE(lists(operation, failure.status, failure.error.code))
          << route.operation_id << ' ' << failure.error.code;
    }
    EXPECT_TRUE(lists(operation, 500, "internal_error")) << route.operation_id;
    if (route.needs_sign_in()) {
      for (const auto* code : {"unauthenticated", "invalid_token", "expired_token", "revoked_token"}) {
        EXPECT_TRUE(lists(operation, 401, code)) << route.operation_id << ' ' << code;
      }
    }
    if (route.needs_sign_in()) {
      EXPECT_TRUE(lists(operation, 403, route.permission().empty() ? "service_not_allowed" : "forbidden"))
          << route.operation_id;
    }
  }
}

TEST_F(OpenApiTest, ListsWhatTheServerItselfRefuses) {
  each_operation([&](const std::string& path, const std::string& method, const json::object& operation) {
    for (const auto& rejection : runtime::rejections::all) {
      const std::set<std::string_view> never_ours{"expectation_failed", "http_version_not_supported"};
      const bool needs_body = rejection.status == 413;
      if (never_ours.contains(rejection.code) || (needs_body && !operation.contains("requestBody"))) continue;
      EXPECT_TRUE(lists(operation, rejection.status, rejection.code)) << method << ' ' << path << ' ' << rejection.code;
    }
  });
}

TEST_F(OpenApiTest, KeepsBothBodiesOfAStatusThatARouteAndTheServerAnswer) {
  for (const auto* path : {"/health", "/health/ready"}) {
    const auto& operation = operation_at(path, "get");
    EXPECT_TRUE(lists(operation, 503, "overloaded")) << path;
    const auto& response = *find_response(operation, 503);
    EXPECT_EQ(response.at("content").at("application/json"),
              find_response(operation, 200)->at("content").at("application/json"));
  }
}

TEST_F(OpenApiTest, DescribesForwardAuthenticationByItsHeaders) {
  const auto& operation = operation_at("/auth/verify", "get");
  EXPECT_EQ(find_response(operation, 422), nullptr);
  EXPECT_FALSE(lists(operation, 400, "malformed_query"));
  for (const auto* name : {"Remote-User", "Remote-Email", "Remote-Groups"}) {
    EXPECT_TRUE(find_response(operation, 200)->at("headers").as_object().contains(name)) << name;
  }
}

// What the page at /docs offers to try is taken at the door: no example is refused as bad input.
TEST_F(OpenApiTest, ShowsExamplesThatTheDoorTakes) {
  int tried = 0;
  each_operation([&](const std::string& path, const std::string& method, const json::object& operation) {
    const auto* body = operation.if_contains("requestBody");
    if (!body || method != "post" || operation.contains("security")) return;
    if (!body->at("content").as_object().contains("application/json")) return;  // OAuth's forms say no examples
    const auto& media = body->at("content").at("application/json").as_object();
    ASSERT_TRUE(media.contains("example")) << path;
    const auto answer = scenario_.post(path, media.at("example").as_object());
    EXPECT_NE(answer.status / 100, 5) << path;
    if (answer.status == 422) ADD_FAILURE() << path << ' ' << json::serialize(answer.body);
    ++tried;
  });
  EXPECT_GE(tried, 5);
}

TEST_F(OpenApiTest, IsPrintedAsTheSameJson) {
  EXPECT_EQ(json::parse(http::pretty_print(document_)), document_);
  const auto served = scenario_.get("/openapi.json");
  EXPECT_EQ(served.status, 200);
  EXPECT_EQ(served.body.at("paths"), document_.at("paths"));
}

}  // namespace
}  // namespace voyages::tests
