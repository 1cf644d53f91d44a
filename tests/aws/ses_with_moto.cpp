#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "aws/ses/transport.h"
#include "email/mime.h"
#include "tests/aws/moto.h"

namespace voyages::tests {
namespace {

namespace json = boost::json;
using aws::ses::SesTransport;
using email::Answer;
using Verdict = Answer::Verdict;

email::Message message_to(std::string to, std::string from) {
  return {.template_name = "reset_password",
          .message_id = "019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071@id.example.com",
          .date = from_epoch_s(1'800'000'000),
          .from = {"Vo\xC3\xAF"
                   "ages",
                   std::move(from)},
          .to = {"", std::move(to)},
          .content = {"Gr\xC3\xBC\xC3\x9F"
                      "e",
                      "Hello\n", "<p>Hello</p>\n"},
          .attachments = {{"a.bin", "application/octet-stream", std::string("\x00\xFF", 2)}}};
}

class SesWithMoto : public testing::Test {
 protected:
  // SES sends from domains alone that are known to be ours.
  void SetUp() override {
    http::Request request{.method = http::Method::post,
                          .target = "/v2/email/identities",
                          .body = json::serialize(json::object{{"EmailIdentity", domain}})};
    request.headers.add("Content-Type", "application/json");
    client.get().call({.service = aws::service::ses, .operation = "CreateEmailIdentity", .request = request});
  }
  // What moto keeps of the mails that it took.
  json::array sent() {
    http::client::Client plain(http::client::Trust::amazon);
    const auto origin = http::client::Origin::parse(setting("AWS_ENDPOINT_URL")).value();
    const auto response = plain.send(origin, {.method = http::Method::get, .target = "/moto-api/data.json"});
    const auto data = json::parse(response.content());
    json::array ours;
    for (const auto& mail : data.at("ses").at("RawMessage").as_array()) {
      if (std::string_view(mail.at("source").as_string()).ends_with(domain)) ours.push_back(mail);
    }
    return ours;
  }

  const std::string domain = fresh_name("mail") + ".example.com";
  MotoClient client;
};

TEST_F(SesWithMoto, HandsOverTheMailAsItIs) {
  const auto message = message_to(
      "Ada.Lovelace@B\xC3\xBC"
      "cher.example",
      "hello@" + domain);
  const auto answer = SesTransport(client.get(), {"events"}).send("019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071", message);
  EXPECT_EQ(answer.verdict, Verdict::accepted) << answer.text;
  EXPECT_TRUE(answer.text.starts_with("Amazon SES: ")) << answer.text;
  const auto mails = sent();
  ASSERT_EQ(mails.size(), 1U);
  // Moto adds those of the mail's own header.
  EXPECT_EQ(mails[0].at("destinations").at(0).as_string(), "ada.lovelace@xn--bcher-kva.example");
  EXPECT_EQ(mails[0].at("raw_data").as_string(), email::to_mime(message));
}

TEST_F(SesWithMoto, TellsWhatSesRefuses) {
  const auto answer =
      SesTransport(client.get(), {}).send("id", message_to("ada@example.com", "hello@stranger.example"));
  EXPECT_EQ(answer.verdict, Verdict::rejected);
  EXPECT_TRUE(answer.text.starts_with("Amazon SES: MessageRejected: ")) << answer.text;
}

TEST_F(SesWithMoto, WaitsForTheRightCredentials) {
  MotoClient stranger("not the secret");
  const auto answer = SesTransport(stranger.get(), {}).send("id", message_to("ada@example.com", "hello@" + domain));
  EXPECT_EQ(answer.verdict, Verdict::deferred);
  EXPECT_EQ(answer.text, "Amazon SES: SignatureDoesNotMatch");
  EXPECT_FALSE(answer.about_recipient);
}

}  // namespace
}  // namespace voyages::tests
