{{/* Every app of the release that is on, as a list of { component, app, region, values }: `switchyard.apps . | fromYaml`. */}}
{{- define "switchyard.apps" -}}
{{- $apps := list -}}
{{- range $key, $app := dict "controlGateway" "control-gateway" "webhookNotifier" "webhook-notifier" "outcomesConsumer" "outcomes-consumer" -}}
{{- $values := mergeOverwrite (deepCopy $.Values.defaults) (index $.Values.apps $key) -}}
{{- if $values.enabled -}}
{{- $apps = append $apps (dict "component" $app "app" $app "region" "" "values" $values) -}}
{{- end -}}
{{- end -}}
{{- range $region, $own := .Values.regions -}}
{{- if $own -}}
{{- $values := mergeOverwrite (deepCopy $.Values.defaults) $own -}}
{{- if $values.enabled -}}
{{- $apps = append $apps (dict "component" (printf "region-%s" $region) "app" "region-silo" "region" $region "values" $values) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toYaml (dict "apps" $apps) -}}
{{- end -}}

{{- define "switchyard.name" -}}
{{- printf "%s-%s" .root.Release.Name .app.component | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* What a selector may name: never changes in the life of a release. */}}
{{- define "switchyard.selector" -}}
app.kubernetes.io/name: switchyard
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .app.component }}
{{- end -}}

{{- define "switchyard.labels" -}}
{{ include "switchyard.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: switchyard
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
switchyard/silo: {{ .app.region | default "control" }}
{{- end -}}

{{- define "switchyard.image" -}}
{{- $image := .root.Values.image -}}
{{- $digest := index (default dict $image.digests) .app.app -}}
{{- if $digest -}}
{{ $image.repository }}/{{ .app.app }}@{{ $digest }}
{{- else -}}
{{ $image.repository }}/{{ .app.app }}:{{ $image.tag | default .root.Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "switchyard.env" -}}
- name: SWITCHYARD_LISTEN_HOST
  value: 0.0.0.0
- name: SWITCHYARD_LISTEN_PORT
  value: {{ .app.values.port | quote }}
{{- if .app.region }}
- name: SWITCHYARD_REGION_NAME
  value: {{ .app.region | quote }}
{{- end }}
{{- with .app.values.regions }}
- name: SWITCHYARD_REGIONS
  value: {{ toJson . | quote }}
{{- end }}
{{- range $name, $value := .app.values.settings }}
- name: {{ $name }}
  {{- /* Numbers of values are floating point: 1073741824 must not become 1.07e+09. */}}
  value: {{ ternary (int64 $value) $value (kindIs "float64" $value) | toString | quote }}
{{- end }}
{{- range $name, $from := .app.values.secretSettings }}
- name: {{ $name }}
  valueFrom:
    secretKeyRef:
      name: {{ $from.secret | quote }}
      key: {{ $from.key | quote }}
{{- end }}
{{- end -}}

{{- define "switchyard.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "switchyard.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}
