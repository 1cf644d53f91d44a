#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "auth/auth.h"
#include "auth/federation/provider.h"
#include "base/result.h"
#include "http/context.h"
#include "http/types.h"

namespace voyages::auth::federation {

/// What an administrator sees of a provider; its secret is never shown.
struct ProviderView {
  std::string id;
  std::string name;
  std::string kind;
  std::string issuer;
  std::string client_id;
  std::string redirect_uri;
  Time created_at;

  static constexpr http::FieldDoc docs[] = {
      {"id", "", R"("google")"},
      {"name", "What the button says.", R"("Google")"},
      {"kind", "", R"("openid")"},
      {"issuer", "", R"("https://accounts.google.com")"},
      {"client_id", "As the provider gave it."},
      {"redirect_uri", "Register this at the provider.", R"("https://id.example.com/auth/federation/google/callback")"},
  };
};
BOOST_DESCRIBE_STRUCT(ProviderView, (), (id, name, kind, issuer, client_id, redirect_uri, created_at))

ProviderView view(const Provider& provider, std::string_view public_url);

struct ProviderList {
  std::vector<ProviderView> items;
};
BOOST_DESCRIBE_STRUCT(ProviderList, (), (items))

struct AddProviderRequest {
  ProviderId id;
  std::optional<KindName> kind;
  std::optional<http::Name<1, 60>> name;
  std::optional<Issuer> issuer;
  http::Text<1, 500> client_id;
  Secret client_secret;

  static constexpr http::FieldDoc docs[] = {
      {"id", "`google` and `github` need no more than their client. Also part of the redirect URI."},
      {"kind", "`openid` when absent."},
      {"name", "What the button says; the id when absent.", R"("Google")"},
      {"issuer", "Of `github`: https://github.com, or your own server's address."},
      {"client_id", "As the provider gave it.", R"("1234.apps.googleusercontent.com")"},
      {"client_secret", "Kept under the master key."},
  };
};
BOOST_DESCRIBE_STRUCT(AddProviderRequest, (), (id, kind, name, issuer, client_id, client_secret))

struct ProviderResponse {
  ProviderView provider;
};
BOOST_DESCRIBE_STRUCT(ProviderResponse, (), (provider))

/// `GET /admin/providers`.
Result<ProviderList> list_providers(Auth& auth, const http::Nothing& input, http::Context& context);

/// `POST /admin/providers`.
Result<ProviderResponse> add_provider(Auth& auth, const AddProviderRequest& input, http::Context& context);

/// The same for the command line.
Result<Provider> add_provider(Auth& auth, const AddProviderRequest& input, Time now);

struct ProviderInput {
  ProviderId id;
};
BOOST_DESCRIBE_STRUCT(ProviderInput, (), (id))

/// `DELETE /admin/providers/{id}`.
Result<void> remove_provider(Auth& auth, const ProviderInput& input, http::Context& context);

}  // namespace voyages::auth::federation
