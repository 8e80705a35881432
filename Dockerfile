# SPDX-License-Identifier: Apache-2.0
# The command lastfive as an image: docker build --tag lastfive . ; versions of the images are in .env, which compose hands in.
ARG MAVEN_IMAGE=maven:3.9.11-eclipse-temurin-17
ARG JAVA_IMAGE=eclipse-temurin:17.0.16_8-jre

FROM ${MAVEN_IMAGE} AS build
WORKDIR /build
COPY . .
RUN mvn -q -B -ntp -Dquick -DskipTests -pl cli -am package

FROM ${JAVA_IMAGE}
# A user of its own, who owns nothing that runs.
RUN useradd --system --uid 10001 --home-dir /opt/lastfive --shell /usr/sbin/nologin lastfive
WORKDIR /opt/lastfive
COPY --from=build /build/lastfive ./
COPY --from=build /build/cli/target/cli-0.1.0.jar cli/target/
COPY --from=build /build/cli/target/lib cli/target/lib
COPY ksql ksql
COPY schemas/released schemas/released
COPY samples samples
USER 10001
EXPOSE 8080
ENTRYPOINT ["/opt/lastfive/lastfive"]
CMD ["help"]
