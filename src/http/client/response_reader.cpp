#include "http/client/response_reader.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace voyages::http::client {

namespace beast_http = boost::beast::http;

namespace detail {

/// The part of a body that nobody has taken yet. Unlike Beast's own, it sets no memory aside for what a server only
/// announces.
struct PieceBody {
  using value_type = std::string;

  class reader {
   public:
    template <bool isRequest, class Fields>
    reader(beast_http::header<isRequest, Fields>&, std::string& piece) : piece_(piece) {}

    void init(const boost::optional<std::uint64_t>&, boost::beast::error_code& error) { error = {}; }
    template <class Buffers>
    std::size_t put(const Buffers& buffers, boost::beast::error_code& error) {
      error = {};
      std::size_t taken = 0;
      for (const boost::asio::const_buffer buffer : boost::beast::buffers_range_ref(buffers)) {
        piece_.append(static_cast<const char*>(buffer.data()), buffer.size());
        taken += buffer.size();
      }
      return taken;
    }
    void finish(boost::beast::error_code& error) { error = {}; }

   private:
    std::string& piece_;
  };
};

}  // namespace detail

namespace {

constexpr std::uint32_t head_limit_bytes = 64 * 1024;

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

// RFC 9110 §15.2: any number of these may come before the answer. 101 ends HTTP and was not asked for.
bool is_interim(unsigned status) { return status >= 100 && status < 200; }

std::string describe_error(const boost::beast::error_code& error) {
  if (error == beast_http::error::body_limit) return "the answer is larger than what is taken";
  if (error == beast_http::error::header_limit) return "the answer's fields are larger than 64 KB";
  if (error == beast_http::error::partial_message || error == beast_http::error::end_of_stream) {
    return "the connection ended in the middle of the answer";
  }
  return "the answer is not HTTP/1.1 (" + error.message() + ")";
}

}  // namespace

struct ResponseReader::Implementation {
  Implementation(bool is_to_head, std::size_t limit) : to_head(is_to_head), body_limit_bytes(limit) { start(); }

  void start() {
    parser.emplace();
    parser->header_limit(head_limit_bytes);
    parser->body_limit(body_limit_bytes);
    parser->skip(to_head);
    parser->eager(true);
  }

  // Beast's parser asserts that it has five bytes of the last chunk. No chunked answer ends with fewer: `0`, two ends
  // of line.
  [[nodiscard]] bool needs_more() const {
    const bool in_chunks = parser->is_header_done() && parser->chunked();
    return rest.empty() || (in_chunks && rest.size() < 5);
  }

  // What the parser left over, when more is needed, is the beginning of what it sees next.
  void parse() {
    while (!needs_more()) {
      boost::beast::error_code error;
      const auto used = parser->put(boost::asio::buffer(rest.data(), rest.size()), error);
      rest.erase(0, used);
      if (error == beast_http::error::need_more) return;
      if (error) throw BadResponse(describe_error(error));
      if (!parser->is_done()) {
        if (used == 0) return;
        continue;
      }
      const auto status = parser->get().result_int();
      if (!is_interim(status)) return;
      if (status == 101) throw BadResponse("the server wants another protocol, unasked");
      if (++interim_answers > 16) throw BadResponse("the server sends interim answers without end");
      start();
    }
  }

  bool to_head;
  std::size_t body_limit_bytes;
  std::optional<beast_http::response_parser<detail::PieceBody>> parser;
  std::string rest;
  unsigned interim_answers = 0;
};

ResponseReader::ResponseReader(bool to_head, std::size_t body_limit_bytes)
    : implementation_(std::make_unique<Implementation>(to_head, body_limit_bytes)) {}

ResponseReader::~ResponseReader() = default;

void ResponseReader::feed(std::string_view bytes) {
  implementation_->rest += bytes;
  if (done()) return;
  implementation_->parse();
  // Beast bounds the head and the body, but not what stands between chunks and behind the last.
  if (!done() && implementation_->rest.size() > head_limit_bytes) {
    throw BadResponse("a chunk's line, or the trailer, has more than 64 KB");
  }
}

void ResponseReader::finish() {
  if (done()) return;
  // Beast's parser must not be told of an end before it has seen a byte, as after an interim answer.
  if (!implementation_->parser->got_some()) throw BadResponse("the connection ended before the answer");
  boost::beast::error_code error;
  implementation_->parser->put_eof(error);
  if (error || !done()) throw BadResponse("the connection ended in the middle of the answer");
}

bool ResponseReader::done() const { return implementation_->parser->is_done(); }

bool ResponseReader::keep_alive() const {
  // Bytes behind the answer answer nothing: who sent them is out of step.
  return implementation_->parser->keep_alive() && implementation_->rest.empty();
}

bool ResponseReader::has_head() const {
  const auto& parser = *implementation_->parser;
  return parser.is_header_done() && !is_interim(parser.get().result_int());
}

Response ResponseReader::head() const {
  const auto& message = implementation_->parser->get();
  Response response;
  response.status = static_cast<int>(message.result_int());
  for (const auto& field : message) {
    response.headers.add(std::string(view(field.name_string())), std::string(view(field.value())));
  }
  return response;
}

std::string ResponseReader::take_body() { return std::exchange(implementation_->parser->get().body(), {}); }

}  // namespace voyages::http::client
