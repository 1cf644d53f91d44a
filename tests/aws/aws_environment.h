#pragma once

#include <map>
#include <memory>
#include <string>

#include "tests/support/environment.h"

namespace voyages::tests {

/// An environment in which nothing says anything of AWS, until a test does.
class AwsEnvironment {
 public:
  EnvironmentVariable& operator[](const std::string& name) { return *variables_.at(name); }

 private:
  using Variables = std::map<std::string, std::unique_ptr<EnvironmentVariable>>;

  static Variables clear_all() {
    Variables variables;
    for (const auto* name : {"HOME",
                             "AWS_PROFILE",
                             "AWS_SHARED_CREDENTIALS_FILE",
                             "AWS_CONFIG_FILE",
                             "AWS_ACCESS_KEY_ID",
                             "AWS_SECRET_ACCESS_KEY",
                             "AWS_SESSION_TOKEN",
                             "AWS_REGION",
                             "AWS_DEFAULT_REGION",
                             "AWS_MAX_ATTEMPTS",
                             "AWS_ENDPOINT_URL",
                             "AWS_ENDPOINT_URL_DYNAMODB",
                             "AWS_ENDPOINT_URL_SQS",
                             "AWS_ENDPOINT_URL_SESV2",
                             "AWS_ENDPOINT_URL_SNS",
                             "AWS_ENDPOINT_URL_S3",
                             "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
                             "AWS_WEB_IDENTITY_TOKEN_FILE",
                             "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                             "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                             "AWS_CONTAINER_AUTHORIZATION_TOKEN",
                             "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                             "AWS_EC2_METADATA_DISABLED",
                             "AWS_EC2_METADATA_SERVICE_ENDPOINT",
                             "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"}) {
      variables.emplace(name, std::make_unique<EnvironmentVariable>(name));
    }
    return variables;
  }

  Variables variables_ = clear_all();
};

}  // namespace voyages::tests
