#include "store/record.h"

#include <algorithm>
#include <stdexcept>

namespace voyages::store::detail {

namespace {

void set(Attributes& attributes, const Stored& how, Value value, bool is_empty) {
  if (is_empty && how.unless_empty) return;
  attributes.insert_or_assign(std::string(how.attribute), std::move(value));
}

}  // namespace

Stored find_stored(std::span<const Stored> exceptions, std::string_view member) {
  const auto found = std::ranges::find(exceptions, member, &Stored::member);
  Stored how = found == exceptions.end() ? Stored{.member = member} : *found;
  if (how.attribute.empty()) how.attribute = member;
  return how;
}

void throw_unknown_name(std::string_view text) {
  throw std::runtime_error("an item of the table has a value of no known name: " + std::string(text.substr(0, 40)));
}

void put(Attributes& attributes, const Stored& how, bool value) { set(attributes, how, value, !value); }
void put(Attributes& attributes, const Stored& how, std::int64_t value) { set(attributes, how, value, value == 0); }
void put(Attributes& attributes, const Stored& how, const std::string& value) {
  set(attributes, how, how.as_bytes ? Value(Bytes{value}) : Value(value), value.empty());
}
void put(Attributes& attributes, const Stored& how, const Bytes& value) {
  set(attributes, how, value, value.value.empty());
}
void put(Attributes& attributes, const Stored& how, const std::vector<std::string>& value) {
  set(attributes, how, value, value.empty());
}
void put(Attributes& attributes, const Stored& how, Time value) { put(attributes, how, to_ms(value)); }

void read(const Item& item, const Stored& how, bool& value) { value = item.flag(how.attribute); }
void read(const Item& item, const Stored& how, std::int64_t& value) { value = item.number(how.attribute); }
void read(const Item& item, const Stored& how, std::string& value) {
  if (!how.as_bytes) {
    value = item.text(how.attribute);
  } else if (const auto* bytes = item.find<Bytes>(how.attribute)) {
    value = bytes->value;
  }
}
void read(const Item& item, const Stored& how, Bytes& value) {
  if (const auto* bytes = item.find<Bytes>(how.attribute)) value = *bytes;
}
void read(const Item& item, const Stored& how, std::vector<std::string>& value) { value = item.list(how.attribute); }
void read(const Item& item, const Stored& how, Time& value) { value = from_ms(item.number(how.attribute)); }

}  // namespace voyages::store::detail
