#pragma once

#include <optional>
#include <string>

#include "aws/credentials_provider.h"
#include "http/client/client.h"

namespace voyages::aws {

/// The role of an EC2 instance, by version 2 of its metadata service alone, which a request forged through somebody
/// else's server cannot use. AWS_EC2_METADATA_DISABLED=true leaves it alone; AWS_EC2_METADATA_SERVICE_ENDPOINT (or
/// ..._ENDPOINT_MODE=IPv6) says where it is. In a container it answers only where the instance's hop limit is 2 or
/// more.
class InstanceCredentials final : public CredentialsProvider {
 public:
  explicit InstanceCredentials(http::client::Client& http) : http_(http) {}
  [[nodiscard]] std::string_view name() const override { return "the instance's metadata service"; }
  std::optional<Credentials> load() override;

 private:
  std::optional<std::string> ask(const http::client::Origin& origin, const http::Request& request);

  http::client::Client& http_;
};

}  // namespace voyages::aws
