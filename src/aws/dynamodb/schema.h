#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/client.h"

namespace voyages::aws::dynamodb {

/// Makes the table, on demand and encrypted as DynamoDB does by default, with its index and without expiry, and waits
/// until it can be used. False when there is one of this name already. Throws what `Client::call` throws, and
/// `Unavailable` when it takes longer than some minutes.
bool create_table(Client& client, std::string_view name);

/// Makes whatever of the table is missing: itself, or the expiry of its items. Running it again does no harm. Throws
/// `TableFault` when there is a table of this name with other keys. `template.yaml` makes the same table and protects
/// it better; this is for tests, emulators and trying out.
void make_table(Client& client, std::string_view name);

/// What is wrong with the table, in sentences for the operator; nothing when all is well.
std::vector<std::string> check_shape(Client& client, std::string_view name);

}  // namespace voyages::aws::dynamodb
