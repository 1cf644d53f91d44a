#include "app/item_kinds.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "app/parts.h"
#include "part/table_keys.h"

namespace voyages::app {

namespace {

std::string code(const std::string& text) { return text.empty() ? text : '`' + text + '`'; }

}  // namespace

std::vector<store::ItemKind> item_kinds() {
  std::vector<store::ItemKind> kinds;
  for (const auto& each : parts()) std::ranges::copy(each.items, std::back_inserter(kinds));
  std::ranges::copy(part::table_keys::all, std::back_inserter(kinds));
  return kinds;
}

std::string describe_items() {
  std::string text =
      "# The table\n\n"
      "Everything but files, queues and logs stands in one table, the same in SQLite and DynamoDB: items under a\n"
      "partition key and a sort key, some of them listed in the one index `GSI1` too. Services share no key.\n\n"
      "| partition key | sort key | index | item |\n| --- | --- | --- | --- |\n";
  for (const auto& kind : item_kinds()) {
    text += fmt::format("| {} | {} | {} | {} |\n", code(store::key_part(kind.pk, kind.pk_rest)),
                        code(store::key_part(kind.sk, kind.sk_rest)), code(std::string(kind.index)), kind.what);
  }
  return text;
}

}  // namespace voyages::app
