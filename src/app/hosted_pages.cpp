#include "app/hosted_pages.h"

#include <utility>

#include "auth/federation/provider.h"
#include "auth/registration.h"
#include "http/endpoint.h"

namespace voyages::app {

namespace {

std::string name_of(Registration registration) {
  switch (registration) {
    case Registration::open:
      return "open";
    case Registration::invite:
      return "invite";
    case Registration::closed:
      return "closed";
  }
  std::unreachable();
}

std::vector<SignInProvider> sign_in_providers(store::Table& table) {
  std::vector<SignInProvider> providers;
  for (auto& provider : auth::federation::list_providers(table)) {
    providers.push_back(
        {std::move(provider.id), std::move(provider.name), std::string(auth::federation::to_string(provider.kind))});
  }
  return providers;
}

}  // namespace

void add_hosted_pages(http::Router& router, const Config& config, store::Table& table) {
  const auto answer = [product_name = config.product_name, registration = name_of(config.registration), &table](
                          const http::Nothing&, http::Context&) -> Result<PagesResponse> {
    return PagesResponse{.product_name = product_name,
                         .logo_url = "/assets/logo",
                         .registration = registration,
                         .setup_needed = auth::needs_setup(table),
                         .providers = sign_in_providers(table)};
  };
  http::Endpoints routes(router, "auth");
  routes.get("/auth/pages", "pages", answer)
      .summary("What the sign-in page shows: the product's name, who may register, and with whom one can sign in")
      .lane(http::Lane::quick);
}

}  // namespace voyages::app
