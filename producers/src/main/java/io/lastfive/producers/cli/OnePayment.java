// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.cli;

import io.lastfive.producers.channel.PaymentProducer;
import io.lastfive.producers.channel.PaymentPublisher;
import io.lastfive.producers.channel.PublishedPayment;
import io.lastfive.producers.channel.ReadyTopics;
import io.lastfive.producers.channel.RefusedPayment;
import io.lastfive.producers.importing.ChannelFields;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UserError;
import io.lastfive.settings.cli.CommandRunner;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.Console;
import io.lastfive.settings.cli.StopSignal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.apache.avro.specific.SpecificRecord;

/** What the send commands have in common: one payment is checked, sent, shown and followed. */
final class OnePayment {
  private final CommonOptions common;
  private final SendCommand send;
  private final FollowOptions following;

  OnePayment(CommonOptions common, SendCommand send, FollowOptions following) {
    this.common = common;
    this.send = send;
    this.following = following;
  }

  /**
   * @param passing the statuses with which a payment passes the scripts
   * @return the exit code
   */
  <E extends SpecificRecord> int send(
      Settings settings,
      ChannelFields<E> fields,
      Map<String, String> values,
      List<String> passing) {
    E event = soundEvent(fields, values);
    ReadyTopics.require(settings, List.of(fields.channel().topic()));
    if (!following.follow()) {
      PublishedPayment published = publish(settings, fields, event);
      if (common.json()) {
        common.console().json(published);
      } else {
        show(published);
      }
      return CommandRunner.OK;
    }
    try (PaymentFollower.Following follower = send.follower().start(settings)) {
      PublishedPayment published = publish(settings, fields, event);
      long acknowledged = System.nanoTime();
      String status = values.getOrDefault("status", "");
      // Not before: a broker that hangs would keep Ctrl-C waiting.
      try (StopSignal stop = StopSignal.install()) {
        if (!common.json()) {
          show(published);
        }
        return passing.contains(status)
            ? follow(follower, published, acknowledged, stop)
            : leaveOut(published, status, passing);
      }
    }
  }

  private static <E extends SpecificRecord> PublishedPayment publish(
      Settings settings, ChannelFields<E> fields, E event) {
    try (PaymentProducer producer = PaymentProducer.open(settings)) {
      return PaymentPublisher.on(producer, fields.channel()).publish(event).join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
    }
  }

  private int follow(
      PaymentFollower.Following follower,
      PublishedPayment published,
      long acknowledged,
      StopSignal stop) {
    Console console = common.console();
    List<PaymentFollower.Step> steps = new ArrayList<>();
    Optional<String> problem =
        follower.follow(
            published,
            acknowledged,
            following.longestWait(),
            stop::isRequested,
            step -> {
              steps.add(step);
              if (!common.json()) {
                console.print(
                    "  %s at +%d ms (%s)".formatted(step.stage(), step.millis(), step.place()));
              }
            });
    if (common.json()) {
      console.json(json(published, steps, problem));
    } else {
      problem.ifPresent(console::error);
    }
    return problem.isPresent() ? CommandRunner.FAILED : CommandRunner.OK;
  }

  private int leaveOut(PublishedPayment published, String status, List<String> passing) {
    String reason =
        "A payment with status %s does not pass the scripts, so that there is nothing to follow: %s."
            .formatted(
                status,
                passing.size() == 1
                    ? passing.get(0) + " does"
                    : String.join(" and ", passing) + " do");
    if (common.json()) {
      common.console().json(json(published, List.of(), Optional.of(reason)));
    } else {
      common.console().print("  " + reason);
    }
    return CommandRunner.OK;
  }

  private void show(PublishedPayment published) {
    common
        .console()
        .print(
            "Payment %s of customer %s is at %s, partition %d, offset %d."
                .formatted(
                    published.paymentId(),
                    published.customerId(),
                    published.topic(),
                    published.partition(),
                    published.offset()));
  }

  private static Map<String, Object> json(
      PublishedPayment published, List<PaymentFollower.Step> steps, Optional<String> problem) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("paymentId", published.paymentId());
    json.put("customerId", published.customerId());
    json.put("topic", published.topic());
    json.put("partition", published.partition());
    json.put("offset", published.offset());
    json.put("steps", steps);
    json.put("problem", problem);
    return json;
  }

  private static <E extends SpecificRecord> E soundEvent(
      ChannelFields<E> fields, Map<String, String> values) {
    Map<String, String> present = new TreeMap<>();
    values.forEach(
        (field, value) -> {
          if (!value.isBlank()) {
            present.put(field, value.strip());
          }
        });
    try {
      return fields.event(present);
    } catch (RefusedPayment refused) {
      throw new UserError(
          "The payment was refused, nothing was sent:\n  "
              + String.join("\n  ", refused.problems()),
          refused);
    }
  }
}
