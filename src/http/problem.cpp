#include "http/problem.h"

#include "http/codec.h"

namespace voyages::http {

Response problem(int status, const Error& error, std::string_view request_id) {
  Response response{.status = status};
  response.headers.add("Content-Type", "application/problem+json");
  response.headers.add("Cache-Control", "no-store");
  if (error.retry_after) response.headers.add("Retry-After", std::to_string(error.retry_after->count()));
  auto& body = response.body;
  body += R"({"type":"about:blank","title":)";
  append_json_string(body, reason_phrase(status));
  body += ",\"status\":";
  body += std::to_string(status);
  body += ",\"code\":";
  append_json_string(body, error.code);
  body += ",\"detail\":";
  append_json_string(body, error.message);
  body += ",\"request_id\":";
  append_json_string(body, request_id);
  if (!error.fields.empty()) {
    body += ",\"errors\":[";
    for (const auto& field : error.fields) {
      if (body.back() != '[') body += ',';
      body += "{\"field\":";
      append_json_string(body, field.field);
      body += ",\"code\":";
      append_json_string(body, field.code);
      body += ",\"message\":";
      append_json_string(body, field.message);
      body += '}';
    }
    body += ']';
  }
  body += '}';
  return response;
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Unknown";
  }
}

bool is_request_id(std::string_view text) {
  constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  return !text.empty() && text.size() <= 64 && text.find_first_not_of(allowed) == std::string_view::npos;
}

}  // namespace voyages::http
