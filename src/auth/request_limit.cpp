#include "auth/request_limit.h"

#include <algorithm>

#include "auth/throttle.h"
#include "store/table.h"

namespace voyages::auth {

namespace {

constexpr std::chrono::seconds window = std::chrono::hours(1);

std::unexpected<Error> refuse(std::chrono::milliseconds wait) {
  Error error(too_many_requests);
  error.retry_after = std::max(std::chrono::seconds(1), std::chrono::ceil<std::chrono::seconds>(wait));
  return fail(std::move(error));
}

}  // namespace

Result<void> count_request_of(Auth& auth, std::string_view kind, std::string_view who, std::int64_t limit, Time now) {
  if (limit == 0) return {};
  const store::Key key{"LOGIN#" + std::string(who), "RATE#" + std::string(kind)};
  auto ends_at = now + window;
  // Twice, since another may be the first of the hour at this very moment.
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto item = get(auth.table, key);
    ends_at = item ? item->expires_at.value_or(now) : now + window;
    if (item && item->number("count") >= limit) break;
    // Many requests at once must not all pass by having read the same count.
    const store::Write write = store::Update{.key = key,
                                             .add = {{"count", 1}},
                                             .expires_at = ends_at,
                                             .conditions = {item ? store::less("count", limit) : store::item_absent()}};
    if (auth.table.write({&write, 1})) return {};
  }
  return refuse(ends_at - now);
}

Result<void> count_request(Auth& auth, std::string_view kind, const http::Context& context, std::int64_t times) {
  return count_request_of(auth, kind, client_network(context.client_ip), auth.options.sign_up_limit * times,
                          context.now);
}

}  // namespace voyages::auth
