#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

#include "http/message.h"
#include "runtime/server/rejection.h"

namespace voyages::runtime {

/// Beast's parser for one complete head, storing straight into a `http::Request`, with the rules on top that Beast
/// leaves to its user: one Host, one Content-Length of digits, no transfer coding but `chunked`, origin form.
class RequestHead final : private boost::beast::http::basic_parser<true> {
 public:
  explicit RequestHead(http::Request& request, std::size_t target_limit_bytes)
      : request_(&request), target_limit_bytes_(target_limit_bytes) {}

  /// Nothing when `head` is a good head.
  std::optional<Rejection> parse(std::string_view head);

  [[nodiscard]] bool keep_alive() const { return basic_parser::keep_alive(); }
  [[nodiscard]] bool http_1_0() const { return version_ == 10; }
  [[nodiscard]] bool is_chunked() const { return chunked_; }
  [[nodiscard]] const std::optional<std::uint64_t>& content_length() const { return content_length_; }
  [[nodiscard]] bool wants_continue() const { return wants_continue_; }

 private:
  using Error = boost::beast::error_code;
  using Text = boost::beast::string_view;
  using Field = boost::beast::http::field;
  using Verb = boost::beast::http::verb;

  void on_request_impl(Verb verb, Text method, Text target, int version, Error& error) override;
  void on_response_impl(int, Text, int, Error&) override {}
  void on_field_impl(Field field, Text name, Text value, Error& error) override;
  void on_header_impl(Error&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}
  std::size_t on_body_impl(Text, Error&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, Text, Error&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, Text, Error&) override { return 0; }
  void on_finish_impl(Error&) override {}

  std::optional<Rejection> take_target(Verb verb, std::string_view target);
  std::optional<Rejection> take_absolute_target(Verb verb, std::string_view target);
  std::optional<Rejection> take_field(Field field, std::string_view value);
  std::optional<Rejection> check_whole() const;

  http::Request* request_;
  std::size_t target_limit_bytes_;
  std::optional<Rejection> rejection_;
  std::optional<std::uint64_t> content_length_;
  std::string authority_;  // of an absolute-form target
  int version_ = 11;
  std::size_t hosts_ = 0;
  bool chunked_ = false;
  bool wants_continue_ = false;
};

}  // namespace voyages::runtime
