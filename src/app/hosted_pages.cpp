#include "app/hosted_pages.h"

#include <utility>

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

}  // namespace

void add_hosted_pages(http::Router& router, const Config& config, store::Table& table,
                      std::function<std::vector<SignInProvider>()> providers) {
  const auto answer = [product_name = config.product_name, registration = name_of(config.registration), &table,
                       providers = std::move(providers)](const http::Nothing&,
                                                         http::Context&) -> Result<PagesResponse> {
    return PagesResponse{.product_name = product_name,
                         .logo_url = "/assets/logo",
                         .registration = registration,
                         .setup_needed = auth::needs_setup(table),
                         .providers = providers()};
  };
  http::Endpoints routes(router, "auth");
  routes.get("/auth/pages", "pages", answer)
      .summary("What the sign-in page shows: the product's name, who may register, and with whom one can sign in")
      .lane(http::Lane::quick);
}

}  // namespace voyages::app
