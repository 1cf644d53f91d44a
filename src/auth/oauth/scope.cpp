#include "auth/oauth/scope.h"

#include <algorithm>

#include "auth/oauth/clients/client_uri.h"

namespace voyages::auth::oauth {

namespace {

constexpr std::size_t max_resources = 8;

// RFC 6749 §3.3 scope-token.
bool is_scope_character(char c) { return c == 0x21 || (c >= 0x23 && c <= 0x5b) || (c >= 0x5d && c <= 0x7e); }

bool contains(const std::vector<std::string>& list, std::string_view value) {
  return std::ranges::find(list, value) != list.end();
}

std::vector<std::string_view> split(std::string_view scope) {
  std::vector<std::string_view> names;
  while (!scope.empty()) {
    const auto end = std::min(scope.find(' '), scope.size());
    if (end != 0) names.push_back(scope.substr(0, end));
    scope.remove_prefix(std::min(end + 1, scope.size()));
  }
  return names;
}

void keep_those_of(const Client& client, std::vector<std::string>& names) {
  std::erase_if(names, [&](const std::string& name) { return !client.may_ask_for(name); });
}

// RFC 6749 §3.3 wants a default that is known beforehand.
std::vector<std::string> default_scope(const Client& client) {
  auto names = client.scopes;
  std::erase(names, scope::offline_access);
  return names;
}

// The least that a sign-in can be, for a client that named nothing that it may have.
std::vector<std::string> least_scope(const Client& client) {
  if (client.may_ask_for(scope::openid)) return {std::string(scope::openid)};
  return default_scope(client);
}

OAuthResult<std::string> unless_empty(const Client& client, const std::vector<std::string>& names) {
  if (names.empty()) return refuse(error::invalid_scope, "The client may ask for: " + join_scope(client.scopes) + ".");
  return join_scope(names);
}

}  // namespace

OAuthResult<std::vector<std::string>> parse_scope(std::string_view scope) {
  std::vector<std::string> names;
  for (const auto name : split(scope)) {
    if (!std::ranges::all_of(name, is_scope_character) || names.size() == max_scope_names) {
      return refuse(error::invalid_scope, "The scope is not a list of names with spaces between.");
    }
    if (!contains(names, name)) names.emplace_back(name);
  }
  return names;
}

std::string join_scope(const std::vector<std::string>& names) {
  std::string joined;
  for (const auto& name : names) joined += (joined.empty() ? "" : " ") + name;
  return joined;
}

OAuthResult<std::string> scope_for(const Client& client, std::string_view wanted) {
  auto names = parse_scope(wanted);
  if (!names) return std::unexpected(names.error());
  if (names->empty()) return unless_empty(client, default_scope(client));
  keep_those_of(client, *names);
  return unless_empty(client, names->empty() ? least_scope(client) : *names);
}

OAuthResult<std::string> narrow_scope(const Client& client, std::string_view granted) {
  auto names = parse_scope(granted);
  if (!names) return std::unexpected(names.error());
  keep_those_of(client, *names);
  return unless_empty(client, *names);
}

bool has_scope(std::string_view scope, std::string_view name) {
  const auto names = split(scope);
  return std::ranges::find(names, name) != names.end();
}

bool is_within(std::string_view narrower, std::string_view wider) {
  return std::ranges::all_of(split(narrower), [&](std::string_view name) { return has_scope(wider, name); });
}

OAuthResult<std::vector<std::string>> resources_for(const Client& client, const std::vector<std::string>& wanted) {
  std::vector<std::string> resources;
  for (const auto& resource : wanted) {
    if (contains(resources, resource)) continue;
    if (!is_web_uri(resource) || !client.may_call(resource) || resources.size() == max_resources) {
      return refuse(error::invalid_target, "A resource is no absolute https URI, or not one for this client.");
    }
    resources.push_back(resource);
  }
  return resources;
}

}  // namespace voyages::auth::oauth
