#include "auth/request_limit.h"

#include <algorithm>

#include "auth/table_keys.h"
#include "auth/throttle.h"
#include "store/counter.h"

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
  const store::Key key{store::key_part(table_keys::login, who), store::key_part(table_keys::rate, kind)};
  const auto counted = store::count_below(auth.table, key, {limit, window}, now);
  if (!counted) return refuse(counted.error() - now);
  return {};
}

Result<void> count_request(Auth& auth, std::string_view kind, const http::Context& context, std::int64_t times) {
  return count_request_of(auth, kind, client_network(context.client_ip), auth.options.sign_up_limit * times,
                          context.now);
}

}  // namespace voyages::auth
