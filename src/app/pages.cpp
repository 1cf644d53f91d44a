#include "app/pages.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "app/static_file.h"
#include "http/assets.h"
#include "http/openapi.h"
#include "http/raw_route.h"

namespace voyages::app {

namespace {

// The API viewer writes style attributes and markup, and a mail that is shown brings its styles along.
constexpr std::string_view viewer_policy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src "
    "'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

// An SVG that is opened by itself is a document: of no origin, and without scripts.
constexpr std::string_view logo_policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

std::string_view policy_of(std::string_view path) {
  return path == "/docs" || path == "/mail" ? viewer_policy : assets::page_policy;
}

void add_get(http::Router& router, std::string path, std::string operation_id,
             std::function<http::Response(const http::Request&)> answer) {
  http::add_raw_route(router, {.path = std::move(path), .operation_id = std::move(operation_id)}, std::move(answer))
      .hidden()
      .tag("pages")
      .lane(http::Lane::quick);
}

void add_file(http::Router& router, const std::string& path, std::shared_ptr<StaticFile> file,
              std::string_view policy) {
  add_get(router, path, "page " + path, [file = std::move(file), policy](const http::Request& request) {
    auto response = file->answer(request);
    response.headers.add("Content-Security-Policy", std::string(policy));
    return response;
  });
}

const assets::Asset& our_logo() { return *std::ranges::find(assets::all(), "/assets/icon.svg", &assets::Asset::path); }

std::shared_ptr<StaticFile> embedded(const assets::Asset& asset) {
  return std::make_shared<StaticFile>(asset.content_type, asset.etag, asset.gzip);
}

}  // namespace

void add_pages(http::Router& router, const Branding& branding) {
  for (const auto& asset : assets::all()) {
    if (!asset.path.starts_with('/')) continue;  // not for everybody
    add_file(router, std::string(asset.path), embedded(asset), policy_of(asset.path));
  }
  add_file(router, "/assets/brand.css", std::make_shared<StaticFile>("text/css; charset=utf-8", branding.css),
           assets::page_policy);
  add_file(
      router, "/assets/logo",
      branding.logo.empty() ? embedded(our_logo()) : std::make_shared<StaticFile>(branding.logo_type, branding.logo),
      logo_policy);
}

void add_contract(http::Router& router) {
  struct Contract {
    std::once_flag made;
    std::optional<StaticFile> file;
  };
  const auto contract = std::make_shared<Contract>();
  add_get(router, "/openapi.json", "openapi", [contract, &router](const http::Request& request) {
    // Not before it is asked for: it takes longer than all the rest of a start, which on Lambda somebody waits for.
    std::call_once(contract->made, [&] {
      contract->file.emplace("application/json", http::pretty_print(http::openapi(router, VOYAGES_VERSION)));
    });
    return contract->file->answer(request);
  });
}

}  // namespace voyages::app
