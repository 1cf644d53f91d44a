#include "aws/endpoint.h"

#include <fmt/format.h>

namespace voyages::aws {

http::client::Origin endpoint_of(const ClientOptions& options, const Service& service) {
  for (const auto id : {service.id, std::string_view()}) {
    if (const auto named = options.endpoints.find(id); named != options.endpoints.end()) return named->second;
  }
  // Other partitions have other domains; of those that anybody may join, only China's does.
  const auto* suffix = options.region.starts_with("cn-") ? ".cn" : "";
  return {.host = fmt::format("{}.{}.amazonaws.com{}", service.host_prefix, options.region, suffix)};
}

}  // namespace voyages::aws
