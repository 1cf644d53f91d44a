#include "auth/account/hosted_pages.h"

#include <utility>

#include "auth/federation/provider.h"
#include "auth/registration.h"
#include "http/endpoint.h"

namespace voyages::auth {

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
  for (auto& provider : federation::list_providers(table)) {
    providers.push_back(
        {std::move(provider.id), std::move(provider.name), std::string(federation::to_string(provider.kind))});
  }
  return providers;
}

}  // namespace

void add_hosted_pages(http::Router& router, Auth& auth) {
  const auto answer = [&auth](const http::Nothing&, http::Context&) -> Result<PagesResponse> {
    return PagesResponse{.product_name = auth.options.product_name,
                         .logo_url = "/assets/logo",
                         .registration = name_of(auth.options.registration),
                         .setup_needed = needs_setup(auth.table),
                         .providers = sign_in_providers(auth.table)};
  };
  http::Endpoints routes(router, "auth");
  routes.get("/auth/pages", "pages", answer)
      .summary("What the sign-in page shows: the product's name, who may register, and with whom one can sign in")
      .lane(http::Lane::quick);
}

}  // namespace voyages::auth
