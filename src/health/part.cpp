#include "health/part.h"

#include <memory>

#include "health/health.h"

namespace voyages::health {

part::Part make_part() {
  return {.name = "health", .open = [](const part::House& house) -> part::Service {
            const auto* dependencies = house.offers.find<std::vector<Dependency>>();
            const auto health = std::make_shared<Health>(dependencies ? *dependencies : std::vector<Dependency>(),
                                                         house.clock, house.log);
            return {.add_routes = [health](http::Router& router) { add_routes(router, *health); }};
          }};
}

}  // namespace voyages::health
