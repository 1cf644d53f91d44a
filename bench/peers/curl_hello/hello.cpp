// The least that a Lambda function in C++ over libcurl does: asks for an event, answers "hello", asks again. It stands
// for aws-lambda-cpp, whose runtime is a loop over one libcurl handle too.
#include <curl/curl.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

namespace {

using Curl = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

std::size_t append(char* bytes, std::size_t, std::size_t count, void* text) {
  static_cast<std::string*>(text)->append(bytes, count);
  return count;
}

std::size_t keep_request_id(char* bytes, std::size_t, std::size_t count, void* id) {
  constexpr std::string_view name = "lambda-runtime-aws-request-id: ";
  const std::string_view line(bytes, count);
  if (line.size() > name.size() && curl_strnequal(line.data(), name.data(), name.size()) != 0)
    *static_cast<std::string*>(id) = line.substr(name.size(), line.find('\r') - name.size());
  return count;
}

bool next_event(const Curl& curl, const std::string& runtime, std::string& id, std::string& event) {
  curl_easy_reset(curl.get());
  curl_easy_setopt(curl.get(), CURLOPT_URL, (runtime + "next").c_str());
  curl_easy_setopt(curl.get(), CURLOPT_HEADERFUNCTION, keep_request_id);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERDATA, &id);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &event);
  return curl_easy_perform(curl.get()) == CURLE_OK;
}

bool respond(const Curl& curl, const std::string& runtime, const std::string& id, const std::string& response) {
  std::string ignored;
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(
      curl_slist_append(nullptr, "Content-Type: application/json"), curl_slist_free_all);
  curl_easy_reset(curl.get());
  curl_easy_setopt(curl.get(), CURLOPT_URL, (runtime + id + "/response").c_str());
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, response.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &ignored);
  return curl_easy_perform(curl.get()) == CURLE_OK;
}

}  // namespace

int main() {
  const char* const api = std::getenv("AWS_LAMBDA_RUNTIME_API");
  if (api == nullptr) {
    std::cerr << "AWS_LAMBDA_RUNTIME_API is not set: this program runs on Lambda\n";
    return 1;
  }
  curl_global_init(CURL_GLOBAL_ALL);
  const Curl curl(curl_easy_init(), curl_easy_cleanup);
  const auto runtime = "http://" + std::string(api) + "/2018-06-01/runtime/invocation/";
  while (true) {
    std::string id;
    std::string event;
    if (!next_event(curl, runtime, id, event)) return 1;
    if (!respond(curl, runtime, id, R"({"statusCode":200,"body":"hello"})")) return 1;
  }
}
