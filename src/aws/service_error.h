#pragma once

#include <string>

#include "http/message.h"

namespace voyages::aws {

/// What a service said in an answer that is not 2xx.
struct ServiceError {
  std::string code;     // `ThrottlingException`; the status in digits when the service gave none
  std::string message;  // may be empty
};

/// Reads the error of any of the protocols: JSON with `__type` or the header `x-amzn-ErrorType`, the XML of the query
/// protocol (SNS), the XML of S3. Never throws: what is not understood has the status for its code.
ServiceError read_error(const http::Response& response);

}  // namespace voyages::aws
