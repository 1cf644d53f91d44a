#include "store/evaluate.h"

namespace voyages::store {

namespace {

bool holds(const Condition& condition, const Item* item) {
  const Value* value = nullptr;
  if (item) {
    const auto found = item->attributes.find(condition.attribute);
    if (found != item->attributes.end()) value = &found->second;
  }
  switch (condition.kind) {
    case Condition::Kind::item_exists:
      return item != nullptr;
    case Condition::Kind::item_absent:
      return item == nullptr;
    case Condition::Kind::attribute_equals:
      return value && *value == condition.value;
    case Condition::Kind::attribute_absent:
      return value == nullptr;
    case Condition::Kind::attribute_less: {
      const auto* number = value ? std::get_if<std::int64_t>(value) : nullptr;
      return number && *number < std::get<std::int64_t>(condition.value);
    }
  }
  return false;
}

void add(Attributes& attributes, const std::string& name, std::int64_t amount) {
  auto& value = attributes.try_emplace(name, std::int64_t{0}).first->second;
  auto* number = std::get_if<std::int64_t>(&value);
  if (!number) throw InvalidWrite("an update adds to an attribute that is not a number: " + name);
  if (__builtin_add_overflow(*number, amount, number)) throw InvalidWrite("an update adds past 64 bits: " + name);
}

}  // namespace

bool hold(const std::vector<Condition>& conditions, const Item* item) {
  for (const auto& condition : conditions) {
    if (!holds(condition, item)) return false;
  }
  return true;
}

Item updated(const Update& update, std::optional<Item> old) {
  Item item = old ? std::move(*old) : Item{update.key};
  for (const auto& [name, value] : update.set) item.attributes.insert_or_assign(name, value);
  for (const auto& [name, amount] : update.add) add(item.attributes, name, amount);
  for (const auto& name : update.remove) item.attributes.erase(name);
  if (update.index) item.index = update.index;
  if (update.expires_at) item.expires_at = update.expires_at;
  validate_size(item);
  return item;
}

}  // namespace voyages::store
