// Classic dashboards as Grafana's own package types them, made strict for JSON: a panel's options and fields are those
// of its type, the value of an enumeration is written as text, and a key that no type knows is an error.
import type { DataQuery, DataSourceRef } from '@grafana/schema';
import type * as raw from '@grafana/schema/dist/esm/raw/dashboard/x/Dashboard_types.gen';
import type * as BarChart from '@grafana/schema/dist/esm/raw/composable/barchart/panelcfg/x/BarChartPanelCfg_types.gen';
import type * as BarGauge from '@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen';
import type * as Gauge from '@grafana/schema/dist/esm/raw/composable/gauge/panelcfg/x/GaugePanelCfg_types.gen';
import type * as Heatmap from '@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen';
import type * as PieChart from '@grafana/schema/dist/esm/raw/composable/piechart/panelcfg/x/PieChartPanelCfg_types.gen';
import type * as Stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as StateTimeline from '@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen';
import type * as StatusHistory from '@grafana/schema/dist/esm/raw/composable/statushistory/panelcfg/x/StatusHistoryPanelCfg_types.gen';
import type * as Table from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as Text from '@grafana/schema/dist/esm/raw/composable/text/panelcfg/x/TextPanelCfg_types.gen';
import type * as TimeSeries from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

// Grafana fills in what is missing, so no key is required; `${T}` is the text of an enumeration's value.
type Json<T> = unknown extends T ? T
  : T extends string ? `${T}`
  : T extends (infer Item)[] ? Json<Item>[]
  : T extends object ? { [Key in keyof T]?: Json<T[Key]> }
  : T;

// Overrides, which the package leaves open: each sets a property that defaults have too, to a value of the same type.
type Properties<Custom> =
  | { [Key in keyof raw.FieldConfig & string]: { id: Key; value: Json<raw.FieldConfig[Key]> } }[keyof raw.FieldConfig & string]
  | { [Key in keyof Custom & string]: { id: `custom.${Key}`; value: Json<Custom[Key]> } }[keyof Custom & string];

type Fields<Custom> = {
  defaults: Json<Omit<raw.FieldConfig, 'custom' | 'links'>> & { custom?: Json<Custom>; links?: Json<raw.DashboardLink>[] };
  overrides: { matcher: Json<raw.MatcherConfig>; properties: Properties<Custom>[] }[];
};

// What Grafana's Prometheus data source asks for; the package has no types of it.
// https://github.com/grafana/grafana/blob/main/packages/grafana-prometheus/src/dataquery.ts
type Query = Json<DataQuery> & {
  refId: string;
  datasource: DataSourceRef;
  expr: string;
  legendFormat?: string;
  format?: 'time_series' | 'table' | 'heatmap';
  instant?: boolean;
  range?: boolean;
  exemplar?: boolean;
  interval?: string;
  editorMode?: 'code' | 'builder';
};

type Panel<Type extends string, Options, Custom = {}> =
  Omit<Json<raw.Panel>, 'type' | 'options' | 'fieldConfig' | 'targets'>
  & { type: Type; options?: Json<Options>; fieldConfig: Fields<Custom>; targets?: Query[] };

// Grafana's state timeline has it (public/app/plugins/panel/state-timeline/module.tsx), its type has not.
type Connected = StateTimeline.FieldConfig & { spanNulls?: boolean | number };
// Grafana 12.2 moved a table's footer from its options to its fields and reads both; the SDK writes the older.
type Footed = Table.Options & { footer?: { show: boolean; countRows: boolean; reducer: string[]; fields?: string[] } };

type Panels =
  | Panel<'barchart', BarChart.Options, BarChart.FieldConfig>
  | Panel<'bargauge', BarGauge.Options>
  | Panel<'gauge', Gauge.Options>
  | Panel<'heatmap', Heatmap.Options, Heatmap.FieldConfig>
  | Panel<'piechart', PieChart.Options, PieChart.FieldConfig>
  | Panel<'stat', Stat.Options>
  | Panel<'state-timeline', StateTimeline.Options, Connected>
  | Panel<'status-history', StatusHistory.Options, StatusHistory.FieldConfig>
  | Panel<'table', Footed, Table.FieldConfig>
  | Panel<'text', Text.Options>
  | Panel<'timeseries', TimeSeries.Options, TimeSeries.FieldConfig>;

type Row = Omit<Json<raw.RowPanel>, 'type' | 'panels'> & { type: 'row'; panels: Panels[] };

// https://github.com/grafana/grafana/blob/main/packages/grafana-prometheus/src/types.ts
type Annotation = Json<raw.AnnotationQuery> & {
  expr?: string;
  step?: string;
  titleFormat?: string;
  textFormat?: string;
  tagKeys?: string;
  useValueForTime?: boolean;
};

// The SDK writes the keys of variables of type `interval` for every variable; Grafana does not look at them.
type Variable = Json<raw.VariableModel> & { auto?: boolean; auto_count?: number; auto_min?: string };

export type Dashboard = Omit<Json<raw.Dashboard>, 'panels' | 'annotations' | 'templating'> & {
  panels: (Panels | Row)[];
  annotations: { list: Annotation[] };
  templating: { list: Variable[] };
};
