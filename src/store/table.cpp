#include "store/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/encoding.h"

namespace voyages::store {

namespace {

constexpr std::size_t max_pk_bytes = 2048;
constexpr std::size_t max_sk_bytes = 1024;
constexpr std::size_t max_name_bytes = 255;
constexpr std::size_t max_item_bytes = 400 * 1024;
constexpr std::size_t max_write_bytes = 4 * 1024 * 1024;
constexpr std::size_t max_writes = 100;
constexpr std::size_t max_keys = 100;
constexpr std::size_t max_limit = 1000;
constexpr std::size_t max_projected = 100;

// The names under which an adapter keeps keys and expiry beside the attributes.
constexpr std::array<std::string_view, 5> reserved_names{"PK", "SK", "GSI1PK", "GSI1SK", "expires_at"};

template <class... Cases>
struct Overload : Cases... {
  using Cases::operator()...;
};

// DynamoDB: one byte for every two significant digits, one more, and one for a minus sign.
std::size_t number_size(std::int64_t number) {
  std::array<char, 24> text{};
  const auto* end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  std::string_view digits(text.data(), static_cast<std::size_t>(end - text.data()));
  const bool negative = digits.front() == '-';
  if (negative) digits.remove_prefix(1);
  while (digits.size() > 1 && digits.back() == '0') digits.remove_suffix(1);
  return (digits.size() + 1) / 2 + 1 + (negative ? 1 : 0);
}

std::size_t value_size(const Value& value) {
  return std::visit(
      Overload{[](bool) -> std::size_t { return 1; }, [](std::int64_t number) { return number_size(number); },
               [](const std::string& text) { return text.size(); },
               [](const Bytes& bytes) { return bytes.value.size(); },
               // DynamoDB: three bytes for a list and one more for every element.
               [](const std::vector<std::string>& list) {
                 std::size_t size = 3;
                 for (const auto& text : list) size += text.size() + 1;
                 return size;
               }},
      value);
}

std::size_t attributes_size(const Attributes& attributes) {
  std::size_t size = 0;
  for (const auto& [name, value] : attributes) size += name.size() + value_size(value);
  return size;
}

std::size_t key_size(const Key& key) { return 4 + key.pk.size() + key.sk.size(); }
std::size_t index_size(const std::optional<IndexKey>& index) {
  return index ? 12 + index->pk.size() + index->sk.size() : 0;
}
std::size_t expiry_size(const std::optional<Time>& expires_at) {
  return expires_at ? 10 + number_size(to_epoch_s(*expires_at)) : 0;
}

// What is wrong with a key part; empty when nothing is.
std::string key_part_fault(std::string_view name, std::string_view part, std::size_t max_bytes) {
  if (part.empty()) return fmt::format("{} is empty", name);
  if (part.size() > max_bytes) return fmt::format("{} has {} bytes, over {}", name, part.size(), max_bytes);
  if (!is_utf8(part)) return fmt::format("{} is not UTF-8", name);
  return {};
}

std::string key_fault(const Key& key) {
  auto fault = key_part_fault("pk", key.pk, max_pk_bytes);
  return fault.empty() ? key_part_fault("sk", key.sk, max_sk_bytes) : fault;
}

void require(bool holds, std::string_view fault) {
  if (!holds) throw InvalidWrite(std::string(fault));
}

void validate_key(const Key& key) {
  const auto fault = key_fault(key);
  require(fault.empty(), fault);
}

void validate_index(const std::optional<IndexKey>& index) {
  if (!index) return;
  auto fault = key_part_fault("the index pk", index->pk, max_pk_bytes);
  if (fault.empty()) fault = key_part_fault("the index sk", index->sk, max_sk_bytes);
  require(fault.empty(), fault);
}

void validate_name(std::string_view name) {
  require(!name.empty() && name.size() <= max_name_bytes, "an attribute's name has 1 to 255 bytes");
  require(is_utf8(name), "an attribute's name is not UTF-8");
  require(std::ranges::find(reserved_names, name) == reserved_names.end(),
          "an attribute has a name that the table keeps for itself");
}

void validate_value(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) require(is_utf8(*text), "a text is not UTF-8");
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
    for (const auto& text : *list) require(is_utf8(text), "a text in a list is not UTF-8");
  }
}

void validate_attributes(const Attributes& attributes) {
  for (const auto& [name, value] : attributes) {
    validate_name(name);
    validate_value(value);
  }
}

void validate_conditions(const std::vector<Condition>& conditions) {
  for (const auto& condition : conditions) {
    if (condition.kind == Condition::Kind::item_exists || condition.kind == Condition::Kind::item_absent) continue;
    validate_name(condition.attribute);
    validate_value(condition.value);
    require(condition.kind != Condition::Kind::attribute_less || std::holds_alternative<std::int64_t>(condition.value),
            "attribute_less compares with something that is not a number");
  }
}

// DynamoDB takes no attribute twice.
void validate_projection(std::vector<std::string> names) {
  if (names.size() > max_projected) throw std::invalid_argument("a query asks for over 100 attributes");
  for (const auto& name : names) {
    const bool is_usable = !name.empty() && name.size() <= max_name_bytes && is_utf8(name) &&
                           std::ranges::find(reserved_names, name) == reserved_names.end();
    if (!is_usable) throw std::invalid_argument("a query asks for an attribute that no item can have");
  }
  std::ranges::sort(names);
  if (std::ranges::adjacent_find(names) != names.end()) {
    throw std::invalid_argument("a query asks for an attribute twice");
  }
}

// Each returns the size that it adds to the write.
std::size_t validate_write(const Put& put) {
  validate_index(put.item.index);
  validate_attributes(put.item.attributes);
  validate_conditions(put.conditions);
  return item_size(put.item);
}

std::size_t validate_write(const Update& update) {
  validate_index(update.index);
  validate_attributes(update.set);
  validate_conditions(update.conditions);
  std::vector<std::string_view> names;
  std::size_t size =
      key_size(update.key) + attributes_size(update.set) + index_size(update.index) + expiry_size(update.expires_at);
  for (const auto& [name, value] : update.set) names.push_back(name);
  for (const auto& [name, amount] : update.add) {
    validate_name(name);
    names.push_back(name);
    size += name.size() + number_size(amount);
  }
  for (const auto& name : update.remove) {
    validate_name(name);
    names.push_back(name);
  }
  require(!names.empty() || update.index || update.expires_at, "an update changes nothing");
  std::ranges::sort(names);
  require(std::ranges::adjacent_find(names) == names.end(), "an update names an attribute twice");
  return size;
}

std::size_t validate_write(const Delete& removal) {
  validate_conditions(removal.conditions);
  return key_size(removal.key);
}

std::size_t validate_write(const Check& check) {
  require(!check.conditions.empty(), "a check has no conditions");
  validate_conditions(check.conditions);
  return key_size(check.key);
}

}  // namespace

const Key& key_of(const Write& write) {
  return std::visit(Overload{[](const Put& put) -> const Key& { return put.item.key; },
                             [](const auto& other) -> const Key& { return other.key; }},
                    write);
}

std::size_t item_size(const Item& item) {
  return key_size(item.key) + attributes_size(item.attributes) + index_size(item.index) + expiry_size(item.expires_at);
}

void validate_size(const Item& item) {
  const auto size = item_size(item);
  if (size > max_item_bytes) throw InvalidWrite(fmt::format("an item has {} bytes, over {}", size, max_item_bytes));
}

void validate(std::span<const Write> writes) {
  require(!writes.empty() && writes.size() <= max_writes, "a write has 1 to 100 parts");
  std::size_t total = 0;
  for (const auto& write : writes) {
    validate_key(key_of(write));
    total += std::visit([](const auto& part) { return validate_write(part); }, write);
    if (const auto* put = std::get_if<Put>(&write)) validate_size(put->item);
  }
  require(total <= max_write_bytes, "a write has over 4 MB");
  if (writes.size() == 1) return;
  std::vector<const Key*> keys;
  keys.reserve(writes.size());
  for (const auto& write : writes) keys.push_back(&key_of(write));
  const auto before = [](const Key* a, const Key* b) { return *a < *b; };
  const auto same = [](const Key* a, const Key* b) { return *a == *b; };
  std::ranges::sort(keys, before);
  require(std::ranges::adjacent_find(keys, same) == keys.end(), "two parts of a write have the same key");
}

void validate(std::span<const Key> keys) {
  if (keys.size() > max_keys) throw std::invalid_argument("over 100 keys in one get");
  for (const auto& key : keys) {
    const auto fault = key_fault(key);
    if (!fault.empty()) throw std::invalid_argument(fault);
  }
}

void validate(const Query& query) {
  const auto fault = key_part_fault("pk", query.pk, max_pk_bytes);
  if (!fault.empty()) throw std::invalid_argument(fault);
  if (query.limit < 1 || query.limit > max_limit) throw std::invalid_argument("a query's limit is 1 to 1,000");
  if (!query.sk_prefix.empty() && (query.sk_from || query.sk_to)) {
    throw std::invalid_argument("a query has a prefix and a range");
  }
  if (!is_utf8(query.sk_prefix) || !is_utf8(query.sk_from.value_or("")) || !is_utf8(query.sk_to.value_or(""))) {
    throw std::invalid_argument("a query's bound is not UTF-8");
  }
  validate_projection(query.attributes);
}

std::optional<Item> get(Table& table, const Key& key, Consistency consistency) {
  return std::move(table.get(std::span(&key, 1), consistency).front());
}

}  // namespace voyages::store
