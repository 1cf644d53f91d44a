#include "auth/account/owners.h"

#include "auth/table_keys.h"

namespace voyages::auth {

Result<store::Write> check_other_owner(Auth& auth, const User& owner) {
  store::Query query{.source = store::Query::Source::index, .pk = std::string(table_keys::users), .limit = 200};
  do {
    const auto page = auth.table.query(query);
    for (const auto& item : page.items) {
      // The index may be a moment behind: what counts is the account itself.
      if (item.key == user_key(owner.id) || !to_user(item).has_role("owner")) continue;
      const auto other = find_user(auth.table, to_user(item).id);
      if (!other || !other->has_role("owner") || other->disabled_at) continue;
      return store::Check{user_key(other->id),
                          {store::item_exists(), store::equals("roles", other->roles), store::absent("disabled_at")}};
    }
    query.cursor = page.next_cursor;
  } while (!query.cursor.empty());
  return fail(last_owner);
}

}  // namespace voyages::auth
