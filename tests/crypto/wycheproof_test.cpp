#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "crypto/jose.h"

// Every vector of Wycheproof's three JOSE files, none left out: the counts at the end of each test say so.

namespace voyages::crypto {
namespace {

namespace json = boost::json;

json::object read_vectors(const std::string& name) {
  std::ifstream file(VOYAGES_SOURCE_DIR "/tests/vectors/jose/" + name);
  std::stringstream text;
  text << file.rdbuf();
  return json::parse(text.str()).as_object();
}

// What is valid under one of these is refused all the same.
constexpr std::string_view not_ours[] = {"RS384", "RS512", "PS256", "PS384",  "PS512",
                                         "ES521", "HS384", "HS512", "A256KW", "ECDH-ES+A128KW"};

struct Exception {
  bool accepted;
  std::string_view reason;
};

using Exceptions = std::map<std::int64_t, Exception>;

constexpr std::string_view no_key_sets =
    "a Jwk is one key: whoever holds a set refuses one that mixes kinds or repeats a kid";
constexpr std::string_view stray_character =
    "RFC 7515 §2: base64url has no additional characters; the others of its kind are called invalid";

constexpr std::string_view same_as_357 = "byte for byte vector 357, which is valid: its padding was lost on the way";

struct Counts {
  int accepted = 0;    // valid, and accepted
  int refused = 0;     // invalid, and refused
  int not_ours = 0;    // valid, but of an algorithm that we do not speak: refused
  int exceptions = 0;  // ours, for the reason given
  bool operator==(const Counts&) const = default;
};

void PrintTo(const Counts& counts, std::ostream* out) {
  *out << counts.accepted << " accepted, " << counts.refused << " refused, " << counts.not_ours << " not ours, "
       << counts.exceptions << " exceptions";
}

std::vector<json::object> keys_of(const json::object& group) {
  const json::object& holder =
      group.contains("public") ? group.at("public").as_object() : group.at("private").as_object();
  if (!holder.contains("keys")) return {holder};
  std::vector<json::object> keys;
  for (const json::value& key : holder.at("keys").as_array()) keys.push_back(key.as_object());
  return keys;
}

std::string token_of(const json::object& test) {
  const json::value& token = test.contains("jws") ? test.at("jws") : test.at("jwe");
  return token.is_string() ? std::string(token.as_string()) : json::serialize(token);
}

bool accepts(const json::object& group, const std::string& token) {
  for (const json::object& jwk : keys_of(group)) {
    const auto key = Jwk::parse(jwk);
    if (key && verify_jws(token, *key)) return true;
  }
  return false;
}

bool is_not_ours(const json::object& group) {
  const std::vector<json::object> keys = keys_of(group);
  return std::ranges::all_of(keys, [](const json::object& key) {
    return key.contains("alg") &&
           std::ranges::find(not_ours, std::string_view(key.at("alg").as_string())) != std::end(not_ours);
  });
}

Counts run(const json::object& file, const Exceptions& exceptions) {
  Counts counts;
  for (const json::value& group : file.at("testGroups").as_array()) {
    for (const json::value& each : group.as_object().at("tests").as_array()) {
      const json::object& test = each.as_object();
      const std::int64_t id = test.at("tcId").as_int64();
      const bool is_valid = test.at("result") == "valid";
      EXPECT_TRUE(is_valid || test.at("result") == "invalid") << id;
      const bool accepted = accepts(group.as_object(), token_of(test));
      if (const auto exception = exceptions.find(id); exception != exceptions.end()) {
        EXPECT_EQ(accepted, exception->second.accepted) << id << ": " << exception->second.reason;
        EXPECT_NE(accepted, is_valid) << id << " needs no exception";
        ++counts.exceptions;
      } else if (is_valid && is_not_ours(group.as_object())) {
        EXPECT_FALSE(accepted) << id;
        ++counts.not_ours;
      } else {
        EXPECT_EQ(accepted, is_valid) << id << " " << test.at("comment");
        ++(is_valid ? counts.accepted : counts.refused);
      }
    }
  }
  return counts;
}

void expect_all(const std::string& name, const Exceptions& exceptions, const Counts& expected) {
  const json::object file = read_vectors(name);
  const Counts counts = run(file, exceptions);
  EXPECT_EQ(counts, expected);
  EXPECT_EQ(counts.accepted + counts.refused + counts.not_ours + counts.exceptions,
            file.at("numberOfTests").as_int64());
}

TEST(Wycheproof, JsonWebSignature) {
  expect_all("json_web_signature_test.json",
             {{367, {true, same_as_357}},
              {370, {true, same_as_357}},
              {372, {false, stray_character}},
              {373, {false, stray_character}}},
             {.accepted = 18, .refused = 353, .not_ours = 26, .exceptions = 4});
}

TEST(Wycheproof, JsonWebKey) {
  expect_all("json_web_key_test.json", {{1, {true, no_key_sets}}, {4, {true, no_key_sets}}},
             {.accepted = 3, .refused = 19, .not_ours = 2, .exceptions = 2});
}

TEST(Wycheproof, JsonWebCrypto) {
  expect_all("json_web_crypto_test.json", {{47, {true, no_key_sets}}},
             {.accepted = 4, .refused = 76, .not_ours = 2, .exceptions = 1});
}

}  // namespace
}  // namespace voyages::crypto
