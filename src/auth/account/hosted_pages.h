#pragma once

#include <boost/describe.hpp>
#include <string>
#include <vector>

#include "auth/auth.h"
#include "http/codec.h"
#include "http/router.h"

namespace voyages::auth {

/// A button of the sign-in page that leads to somebody else's.
struct SignInProvider {
  std::string id;
  std::string name;
  std::string kind;

  static constexpr http::FieldDoc docs[] = {{"id", "", R"("google")"},
                                            {"name", "What people know it as.", R"("Google")"},
                                            {"kind", "`openid` or `github`.", R"("openid")"}};
};
BOOST_DESCRIBE_STRUCT(SignInProvider, (), (id, name, kind))

/// What the hosted pages must know before anybody has signed in.
struct PagesResponse {
  std::string product_name;
  std::string logo_url;
  std::string registration;
  bool setup_needed;
  std::vector<SignInProvider> providers;

  static constexpr http::FieldDoc docs[] = {{"product_name", "", R"("Cloud Voyages")"},
                                            {"logo_url", "", R"("/assets/logo")"},
                                            {"registration", "`open`, `invite` or `closed`.", R"("open")"},
                                            {"setup_needed", "There is no owner yet."}};
};
BOOST_DESCRIBE_STRUCT(PagesResponse, (), (product_name, logo_url, registration, setup_needed, providers))

/// `GET /auth/pages`. `auth` must outlive the router.
void add_hosted_pages(http::Router& router, Auth& auth);

}  // namespace voyages::auth
