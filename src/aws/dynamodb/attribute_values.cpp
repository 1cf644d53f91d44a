#include "aws/dynamodb/attribute_values.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <iterator>

#include "base/encoding.h"
#include "base/log.h"

namespace voyages::aws::dynamodb {

namespace {

namespace json = boost::json;

class Appender {
 public:
  explicit Appender(std::string& out) : out_(out) {}

  void operator()(bool value) const { out_ += value ? R"({"BOOL":true})" : R"({"BOOL":false})"; }
  void operator()(std::int64_t value) const { append_number(out_, value); }
  void operator()(const std::string& value) const { append_text(out_, value); }
  void operator()(const store::Bytes& value) const {
    out_ += R"({"B":")";
    out_ += to_base64(value.value);
    out_ += R"("})";
  }
  void operator()(const std::vector<std::string>& value) const {
    out_ += R"({"L":[)";
    for (const auto& element : value) {
      if (&element != &value.front()) out_ += ',';
      append_text(out_, element);
    }
    out_ += "]}";
  }

 private:
  std::string& out_;
};

void append_name(std::string& out, std::string_view name) {
  append_json_string(out, name);
  out += ':';
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
  append_name(out, name);
  append_text(out, text);
}

void append_key_members(std::string& out, const store::Key& key) {
  append_member(out, pk_name, key.pk);
  out += ',';
  append_member(out, sk_name, key.sk);
}

[[noreturn]] void foreign(std::string_view name, std::string_view fault) {
  throw ForeignItem(fmt::format("has an attribute {} that {}", name, fault));
}

// An AttributeValue is an object with one member, whose name is the type.
const json::key_value_pair& typed(std::string_view name, const json::value& value) {
  const auto* object = value.if_object();
  if (!object || object->size() != 1) foreign(name, "is no attribute value");
  return *object->begin();
}

std::string_view text_of(std::string_view name, const json::value& value) {
  const auto* text = value.if_string();
  if (!text) foreign(name, "is no attribute value");
  return *text;
}

std::int64_t to_number(std::string_view name, const json::value& value) {
  const auto text = text_of(name, value);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) foreign(name, "is no whole number of 64 bits");
  return number;
}

std::vector<std::string> to_texts(std::string_view name, const json::value& value) {
  const auto* list = value.if_array();
  if (!list) foreign(name, "is no attribute value");
  std::vector<std::string> texts;
  texts.reserve(list->size());
  for (const auto& element : *list) {
    const auto& [type, content] = typed(name, element);
    if (type != "S") foreign(name, "is a list with something other than text");
    texts.emplace_back(text_of(name, content));
  }
  return texts;
}

store::Value to_value(std::string_view name, const json::value& value) {
  const auto& member = typed(name, value);
  const std::string_view type = member.key();
  const auto& content = member.value();
  if (type == "S") return std::string(text_of(name, content));
  if (type == "N") return to_number(name, content);
  if (type == "L") return to_texts(name, content);
  if (type == "BOOL" && content.is_bool()) return content.get_bool();
  if (type == "B") {
    auto bytes = from_base64(text_of(name, content));
    if (!bytes) foreign(name, "is bytes, but not in base64");
    return store::Bytes{std::move(*bytes)};
  }
  foreign(name, "has a type that is not used here");
}

std::string to_text(std::string_view name, const json::value& value) {
  const auto& [type, content] = typed(name, value);
  if (type != "S") foreign(name, "is no text");
  return std::string(text_of(name, content));
}

Time to_time(const json::value& value) {
  const auto& [type, content] = typed(expires_at_name, value);
  if (type != "N") foreign(expires_at_name, "is no number");
  const auto seconds = to_number(expires_at_name, content);
  // Milliseconds have to fit too.
  constexpr auto most = std::numeric_limits<std::int64_t>::max() / 1000;
  if (seconds > most || seconds < -most) foreign(expires_at_name, "is no time in seconds");
  return from_epoch_s(seconds);
}

const json::object& members(const json::value& value) {
  const auto* object = value.if_object();
  if (!object) throw ForeignItem("is no map of attributes");
  return *object;
}

}  // namespace

void append_text(std::string& json, std::string_view text) {
  json += R"({"S":)";
  append_json_string(json, text);
  json += '}';
}

void append_number(std::string& json, std::int64_t number) {
  fmt::format_to(std::back_inserter(json), R"({{"N":"{}"}})", number);
}

void append_value(std::string& json, const store::Value& value) { std::visit(Appender(json), value); }

void append_key(std::string& json, const store::Key& key) {
  json += '{';
  append_key_members(json, key);
  json += '}';
}

void append_item(std::string& json, const store::Item& item) {
  json += '{';
  append_key_members(json, item.key);
  if (item.index) {
    json += ',';
    append_member(json, index_pk_name, item.index->pk);
    json += ',';
    append_member(json, index_sk_name, item.index->sk);
  }
  if (item.expires_at) {
    json += ',';
    append_name(json, expires_at_name);
    append_number(json, to_epoch_s(*item.expires_at));
  }
  for (const auto& [name, value] : item.attributes) {
    json += ',';
    append_name(json, name);
    append_value(json, value);
  }
  json += '}';
}

std::string decode_text(const json::value& json, std::string_view name) {
  const auto* value = members(json).if_contains(name);
  if (!value) throw ForeignItem(fmt::format("has no {}", name));
  return to_text(name, *value);
}

store::Item decode_item(const json::value& json) {
  store::Item item{{decode_text(json, pk_name), decode_text(json, sk_name)}};
  std::optional<std::string> index_pk;
  std::optional<std::string> index_sk;
  for (const auto& [name, value] : members(json)) {
    if (name == pk_name || name == sk_name) continue;
    if (name == index_pk_name) {
      index_pk = to_text(name, value);
    } else if (name == index_sk_name) {
      index_sk = to_text(name, value);
    } else if (name == expires_at_name) {
      item.expires_at = to_time(value);
    } else {
      item.attributes.emplace(name, to_value(name, value));
    }
  }
  if (index_pk.has_value() != index_sk.has_value()) throw ForeignItem("has half of an index key");
  if (index_pk) item.index = {std::move(*index_pk), std::move(*index_sk)};
  return item;
}

}  // namespace voyages::aws::dynamodb
