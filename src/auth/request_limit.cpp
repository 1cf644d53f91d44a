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

Result<void> count_request(Auth& auth, std::string_view kind, const http::Context& context, std::int64_t times) {
  const auto limit = auth.options.sign_up_limit * times;
  if (limit == 0) return {};
  const store::Key key{"LOGIN#" + client_network(context.client_ip), "RATE#" + std::string(kind)};
  const auto item = get(auth.table, key);
  const auto ends_at = item ? item->expires_at.value_or(context.now) : context.now + window;
  store::Update update{.key = key, .add = {{"count", 1}}, .expires_at = ends_at};
  // Many requests at once must not all pass by having read the same count.
  if (item) update.conditions.push_back(store::less("count", limit));
  const store::Write write = std::move(update);
  if (!auth.table.write({&write, 1})) return refuse(ends_at - context.now);
  return {};
}

}  // namespace voyages::auth
