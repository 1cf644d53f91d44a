#include "app/own_settings.h"

#include <fmt/format.h>

#include "app/values.h"
#include "base/encoding.h"
#include "http/types.h"
#include "part/values.h"

namespace voyages::app {

part::Setting listen() {
  return {
      .name = "listen",
      .form = part::Setting::Form::text,
      .valid = "HOST:PORT, [IPV6]:PORT or :PORT",
      .by_default = "localhost:8080",
      .explanation = "The address that serves people; `:PORT` is every address of the machine, port 0 any free one.",
      .secret = false,
      .set = part::on<Config>([](Config& config, std::string_view text) {
        auto address = parse_listen_address(text);
        if (!address) return false;
        config.listen = std::move(*address);
        return true;
      }),
      .show = part::on<Config>([](const Config& config) { return show_listen_address(config.listen); })};
}

part::Setting metrics_listen() {
  return {.name = "metrics_listen",
          .form = part::Setting::Form::text,
          .valid = "HOST:PORT, [IPV6]:PORT, :PORT, or empty",
          .by_default = "localhost:9090",
          .explanation = "The address that serves `/metrics` to Prometheus, apart from people; empty for none.",
          .secret = false,
          .set = part::on<Config>([](Config& config, std::string_view text) {
            auto address = parse_listen_address(text);
            if (!address && !text.empty()) return false;
            config.metrics_listen = std::move(address);
            return true;
          }),
          .show = part::on<Config>([](const Config& config) {
            return config.metrics_listen ? show_listen_address(*config.metrics_listen) : std::string();
          })};
}

part::Setting data() {
  return {.name = "data",
          .form = part::Setting::Form::text,
          .valid = "the path of a directory",
          .by_default = "./data",
          .explanation = "The directory that holds everything we keep; made when it is not there.",
          .secret = false,
          .set = part::on<Config>([](Config& config, std::string_view text) {
            if (text.empty() || text.find('\0') != std::string_view::npos) return false;
            config.data = text;
            return true;
          }),
          .show = part::on<Config>([](const Config& config) { return config.data.string(); })};
}

part::Setting public_url() {
  return {.name = "public_url",
          .form = part::Setting::Form::text,
          .valid = "an http:// or https:// address without path and query, or empty",
          .by_default = "",
          .explanation =
              "The address that people type, for links in mails and the issuer of tokens; empty makes it "
              "`http://` and what `listen` says.",
          .secret = false,
          .set = part::on<Config>([](Config& config, std::string_view text) {
            auto origin = part::parse_origin(text);
            if (!origin && !text.empty()) return false;
            config.public_url = origin ? std::move(*origin) : std::string();
            return true;
          }),
          .show = part::on<Config>([](const Config& config) { return config.public_url; })};
}

part::Setting max_body() {
  constexpr std::uint64_t least = 1U << 10;
  constexpr std::uint64_t most = 1U << 30;
  return {.name = "max_body",
          .form = part::Setting::Form::text,
          .valid = fmt::format("a size from {} to {}, like 65536, 64KiB or 1MiB", part::show_size(least),
                               part::show_size(most)),
          .by_default = "1MiB",
          .explanation = "The largest request body that is read; longer ones are answered 413.",
          .secret = false,
          .set = part::on<Config>([](Config& config, std::string_view text) {
            const auto size = part::parse_size(text);
            if (!size || *size < least || *size > most) return false;
            config.max_body_bytes = *size;
            return true;
          }),
          .show = part::on<Config>([](const Config& config) { return part::show_size(config.max_body_bytes); })};
}

part::Setting master_key() {
  return {.name = "master_key",
          .form = part::Setting::Form::text,
          .valid = "43 characters of base64url, or empty",
          .by_default = "",
          .explanation =
              "The key under which signing keys and providers' secrets rest encrypted; empty uses "
              "`master.key` in the data directory, made at the first start.",
          .secret = true,
          .set = part::on<Config>([](Config& config, std::string_view text) {
            // 32 bytes of base64url without padding; a last character with stray bits shows when it is parsed.
            constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            if (!text.empty() && (text.size() != 43 || text.find_first_not_of(allowed) != std::string_view::npos))
              return false;
            config.master_key = Secret(text);
            return true;
          }),
          .show = part::on<Config>(
              [](const Config& config) { return std::string(config.master_key.empty() ? "" : "********"); })};
}

part::Setting product_name() {
  return {.name = "product_name",
          .form = part::Setting::Form::text,
          .valid = "1 to 60 characters on one line",
          .by_default = "Cloud Voyages",
          .explanation = "What mails and pages call your site.",
          .secret = false,
          .set = part::on<Config>([](Config& config, std::string_view text) {
            const auto name = http::Text<1, 60>::parse(text);
            if (!is_utf8(text) || !name) return false;
            config.product_name = name->text();
            return true;
          }),
          .show = part::on<Config>([](const Config& config) { return config.product_name; })};
}

}  // namespace voyages::app
