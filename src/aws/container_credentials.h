#pragma once

#include <optional>
#include <string_view>

#include "aws/credentials_provider.h"
#include "http/client/url.h"

namespace voyages::aws {

/// The endpoint that ECS, EKS Pod Identity and Lambda SnapStart name in AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or
/// AWS_CONTAINER_CREDENTIALS_FULL_URI, with AWS_CONTAINER_AUTHORIZATION_TOKEN(_FILE) for a key.
class ContainerCredentials final : public CredentialsProvider {
 public:
  explicit ContainerCredentials(http::client::Client& http) : http_(http) {}
  [[nodiscard]] std::string_view name() const override { return "the container's credentials endpoint"; }
  std::optional<Credentials> load() override;

 private:
  http::client::Client& http_;
};

/// Nothing for what is not a URL, and for a server that must not see the token: without TLS, only this machine and the
/// addresses of ECS and EKS may.
std::optional<http::client::Url> parse_container_address(std::string_view url);

}  // namespace voyages::aws
